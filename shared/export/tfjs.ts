/** The LayersModel that an artifact holds, as `tf.loadLayersModel` takes it. */
import { INPUT } from '../artifact/layers-model.ts';
import { encodeModel } from '../artifact/model-file.ts';
import { modelShapeOf, placesOf } from '../artifact/model-shape.ts';
import { AppError } from '../errors.ts';
import { HEAD } from '../model/trace-model.ts';
import { type Exporter, type ExportFile, textFile } from './export-file.ts';
import { readmeFile, signatureFile } from './signature.ts';
import { typescriptPreprocessing } from './typescript/preprocess.ts';

export const tfjs: Exporter = {
  name: 'tfjs',
  title: 'TensorFlow.js',
  summary:
    'A LayersModel, model.json with weights.bin, for tf.loadLayersModel, with its preprocessing in TypeScript.',
  files(artifact, model): ExportFile[] {
    const { spec, fitted } = artifact;
    const { file, weights } = encodeModel(artifact);
    if (file.format === 'trainyard-weights') throw new AppError('unsupported', file.reason);
    if (file.format !== 'layers-model') {
      const { type } = spec.model as { type: string };
      throw new AppError(
        'unsupported',
        `a model of ${type} is no network, of which alone a LayersModel is made`,
      );
    }
    const { inputShape, outputs } = modelShapeOf(fitted);
    const { task } = fitted.output;
    const signature = {
      inputs: [{ name: INPUT, shape: ['batch', ...inputShape] }],
      output: { name: HEAD, shape: ['batch', ...placesOf(spec, fitted), outputs] },
      meaning: MEANINGS[task] ?? `what one pass of the model gives, of which ${task} makes its answers`,
    };
    const preprocessing = preprocessingOf(fitted);
    return [
      textFile('model.json', JSON.stringify(file)),
      { path: 'weights.bin', bytes: Uint8Array.from(weights) },
      ...preprocessing,
      signatureFile(fitted, signature),
      readmeFile(
        model,
        signature,
        `\`await tf.loadLayersModel('…/model.json')\` gives a model that takes features which are made already, in batches of any size.${preprocessing.length > 0 ? '\n`preprocess.ts` makes them of a row.' : ''}`,
      ),
    ];
  },
};

const MEANINGS: Readonly<Record<string, string>> = {
  classification: 'a probability for each class',
  regression: 'the standardised value: value = y · std + mean',
};

/** Nothing where a step has no TypeScript form. */
function preprocessingOf(fitted: Parameters<typeof typescriptPreprocessing>[0]): ExportFile[] {
  try {
    return [textFile('preprocess.ts', typescriptPreprocessing(fitted))];
  } catch (error) {
    if (error instanceof AppError && error.code === 'unsupported') return [];
    throw error;
  }
}
