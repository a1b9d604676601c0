/** What is served. */
import { cnn, conv1dText, gruText, mlpTabular, mobilenet } from '../models/bench-model.ts';
import { byteBodies, numberBodies, pictureBodies, textBodies } from './bodies.ts';
import { numbers, pictures, texts } from './datasets.ts';
import { prepareNetwork } from './networks.ts';
import type { ServedCase } from './served-case.ts';
import { prepareTrees } from './trees.ts';

export type CaseName =
  | 'mlp'
  | 'cnn'
  | 'conv1d-text'
  | 'gru-text'
  | 'mobilenet-json'
  | 'mobilenet-u8'
  | 'trees';

export const CASES: Readonly<Record<CaseName, () => Promise<ServedCase>>> = {
  mlp: () => prepareNetwork('mlp', mlp, numbers(mlp, 300, [{ type: 'standardise' }]), numberBodies(mlp)),
  cnn: () => prepareNetwork('cnn', cnn, pictures(cnn, 'zero-one'), pictureBodies(cnn)),
  'conv1d-text': () => prepareNetwork('conv1d-text', conv1dText, texts(conv1dText), textBodies(conv1dText)),
  'gru-text': () => prepareNetwork('gru-text', gru, texts(gru), textBodies(gru)),
  'mobilenet-json': () => prepareNetwork('mobilenet-json', wide, photos(), pictureBodies(wide)),
  'mobilenet-u8': () => prepareNetwork('mobilenet-u8', wide, photos(), byteBodies(wide)),
  trees: () => prepareTrees('trees', numbers(mlp, 2000, []), numberBodies(mlp)),
};

const mlp = mlpTabular(3);
const gru = gruText(64);
const wide = mobilenet(10);
const photos = () => pictures(wide, 'minus-one-one');
