/** What is served: for each case one model in the forms that the contestants take, and one request in their bodies. */
import { createRandom } from '../../../shared/graph/random.ts';
import type { FittedPipeline } from '../../../shared/pipeline/fitted-pipeline.ts';
import { onnxFile } from '../infer-engine/onnx-file.ts';
import { type BenchModel, cnn, conv1dText, gruText, mlpTabular, mobilenet } from '../models/bench-model.ts';
import { exampleWeights } from '../models/example-weights.ts';
import { columnNames, type Dataset, numbers, pictures, texts } from './datasets.ts';
import { fitOwnModel, ownArtifact } from './own-model.ts';
import type { Request } from './request.ts';
import type { RivalTask } from './rivals/task.ts';
import { prepareTrees } from './trees.ts';

/** A model of ours, ready to be published. */
export interface Publishable {
  dataset: Dataset;
  spec: object;
  artifact: { bytes: Uint8Array<ArrayBuffer>; sha256: string };
}

export interface ServedCase {
  own: Publishable;
  /** To the endpoint of the case's name. */
  ownRequest: Request;
  task: RivalTask;
  weights: Uint8Array;
  onnx: Uint8Array;
  rivalRequest: Request;
}

export const CASES: Readonly<Record<string, () => Promise<ServedCase>>> = {
  mlp: () => {
    const model = mlpTabular(3);
    return prepare('mlp', model, numbers(model, 300, [{ type: 'standardise' }]), numberBodies(model));
  },
  cnn: () => prepare('cnn', cnn, pictures(cnn, 'zero-one'), pictureBodies(cnn)),
  'conv1d-text': () => prepare('conv1d-text', conv1dText, texts(conv1dText), textBodies(conv1dText)),
  'gru-text': () => prepare('gru-text', gruText(64), texts(gruText(64)), textBodies(gruText(64))),
  'mobilenet-json': () => prepare('mobilenet-json', mobilenet(10), MOBILENET_DATA, pictureBodies(mobilenet(10))),
  'mobilenet-u8': () => prepare('mobilenet-u8', mobilenet(10), MOBILENET_DATA, byteBodies(mobilenet(10))),
  trees: () => {
    const model = mlpTabular(3);
    return prepareTrees(numbers(model, 2000, []), numberBodies(model));
  },
};

const MOBILENET_DATA = pictures(mobilenet(10), 'minus-one-one');

/** The same row for ours, and for the rivals. */
export type Bodies = (fitted: FittedPipeline) => { own: Body; rivals: Body };
type Body = Omit<Request, 'path'>;

async function prepare(
  name: string,
  model: BenchModel,
  dataset: Dataset,
  bodies: Bodies,
): Promise<ServedCase> {
  const own = fitOwnModel(model, dataset);
  const values = exampleWeights(model);
  const { fitted } = own;
  const { own: ownBody, rivals } = bodies(fitted);
  return {
    own: { dataset, spec: own.spec, artifact: ownArtifact(own, dataset, values) },
    ownRequest: { path: ownPath(name, rivals), ...ownBody },
    task: {
      ...{ inputShape: model.inputShape, dtype: model.vocabulary === undefined ? 'float32' : 'int32' },
      ...{ classes: classesOf(fitted), ...scalesOf(fitted) },
      ...{ isBinary: isBinary(rivals), model },
      weights: [...values].map(([name, { shape }]) => ({ name, shape })),
    },
    weights: Buffer.concat([...values.values()].map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
    onnx: await onnxFile({ model, weights: values, x: new Float32Array(0) }),
    rivalRequest: { path: '/', ...rivals },
  };
}

export const ownPath = (name: string, body: Body): string =>
  isBinary(body) ? `/v2/models/${name}/infer` : `/v1/endpoints/${name}/predict`;
const isBinary = ({ headers }: Body) => headers['content-type'] === 'application/octet-stream';

export function classesOf({ output }: FittedPipeline): readonly string[] {
  if (output.task !== 'classification') throw new Error(`no classes in ${output.task}`);
  return output.classes;
}

/** What our features do to numbers, as the rivals do it by hand. */
function scalesOf({ features }: FittedPipeline): Pick<RivalTask, 'shift' | 'scale'> {
  const pairs = features.map(({ steps: [step] }): [shift: number, scale: number] => {
    if (step?.spec.type === 'standardise') {
      const { mean, std } = step.state as { mean: number; std: number };
      return [mean, std];
    }
    if (step?.spec.type !== 'image') return [0, 1];
    return step.spec.scale === 'zero-one' ? [0, 255] : [127.5, 127.5];
  });
  return { shift: pairs.map(([shift]) => shift), scale: pairs.map(([, scale]) => scale) };
}

const json = (value: unknown): Body => ({
  headers: { 'content-type': 'application/json' },
  body: new TextEncoder().encode(JSON.stringify(value)),
});
const bodiesOf = (own: object, row: unknown) => ({
  own: json({ instances: [own] }),
  rivals: json({ instances: [row] }),
});

function numberBodies({ inputShape }: BenchModel): Bodies {
  const random = createRandom(11);
  const columns = columnNames(inputShape[0]!);
  const row = columns.map(() => Number((4 * random() - 2).toFixed(3)));
  return () => bodiesOf(Object.fromEntries(columns.map((column, i) => [column, row[i]])), row);
}

/** A text of words that are all known, and their numbers. */
function textBodies({ inputShape, vocabulary }: BenchModel): Bodies {
  const random = createRandom(12);
  const row = Array.from({ length: inputShape[0]! }, () => 2 + Math.floor(random() * (vocabulary! - 2)));
  return ({ features }) => {
    const { tokens } = features[0]!.steps[0]!.state as { tokens: string[] };
    return bodiesOf({ text: row.map((id) => tokens[id - 2]).join(' ') }, row);
  };
}

const pixelsOf = ({ inputShape }: BenchModel): Uint8Array => {
  const random = createRandom(13);
  return Uint8Array.from({ length: inputShape.reduce((a, b) => a * b) }, () => Math.floor(256 * random()));
};

/** Nested arrays [height][width][channels]; without the last axis for grey. */
function pictureBodies(model: BenchModel): Bodies {
  const [height, width, channels] = model.inputShape as [number, number, number];
  const pixels = pixelsOf(model);
  const pixel = (at: number) => (channels === 1 ? pixels[at] : [...pixels.subarray(at, at + channels)]);
  const image = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => pixel((y * width + x) * channels)),
  );
  return () => bodiesOf({ image }, image);
}

/** Bytes: ours behind the JSON of the Open Inference Protocol. */
function byteBodies(model: BenchModel): Bodies {
  const pixels = pixelsOf(model);
  const type = { 'content-type': 'application/octet-stream' };
  const input = { name: 'image', shape: [1, ...model.inputShape], datatype: 'UINT8' };
  const parameters = { binary_data_size: pixels.length };
  const head = new TextEncoder().encode(JSON.stringify({ inputs: [{ ...input, parameters }] }));
  const headers = { ...type, 'inference-header-content-length': String(head.length) };
  return () => ({
    own: { headers, body: Buffer.concat([head, pixels]) },
    rivals: { headers: type, body: pixels },
  });
}
