/** `model.json`: the model as a TensorFlow.js LayersModel (a Keras Sequential), so that others' programs can load it. */
import { z } from 'zod';
import { blockOf, type ModelSpec } from '../model/model-spec.ts';
import { HEAD, type ModelShape, traceModel, withHead } from '../model/trace-model.ts';
import type { OutputSpec } from '../schema/prediction.ts';

const WeightEntry = z.object({ name: z.string(), shape: z.array(z.int()), dtype: z.literal('float32') });
export const LayersModel = z.object({
  format: z.literal('layers-model'),
  generatedBy: z.string(),
  convertedBy: z.string().nullable(),
  modelTopology: z.json(),
  weightsManifest: z.tuple([
    z.object({ paths: z.tuple([z.literal('weights.bin')]), weights: z.array(WeightEntry) }),
  ]),
});
export type LayersModel = z.infer<typeof LayersModel>;

/** Its output is a probability for each class, or the standardised value. */
export function toLayersModel(spec: ModelSpec, shape: ModelShape, task: OutputSpec['task']): LayersModel {
  const input = {
    class_name: 'InputLayer',
    config: { name: 'x', batch_input_shape: [null, ...shape.inputShape], dtype: 'float32', sparse: false },
  };
  const layers = withHead(spec, shape.inputShape, shape.outputs).map(({ name, spec: block }) => {
    const { className, config } = blockOf(block).layer(block);
    const head = name === HEAD && task === 'classification' ? { activation: 'softmax' } : {};
    return { class_name: className, config: { ...config, ...head, name, trainable: true } };
  });
  return {
    format: 'layers-model',
    generatedBy: 'Trainyard',
    convertedBy: null,
    modelTopology: z.json().parse({
      class_name: 'Sequential',
      config: { name: 'trainyard', layers: [input, ...layers] },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    }),
    weightsManifest: [{ paths: ['weights.bin'], weights: weightEntries(spec, shape) }],
  };
}

/** The parameters in the order in which `weights.bin` holds them. */
export function weightEntries(spec: ModelSpec, shape: ModelShape): z.infer<typeof WeightEntry>[] {
  return traceModel(spec, { ...shape, batch: 1, training: false }).parameters.map((parameter) => ({
    name: parameter.name,
    shape: [...parameter.shape],
    dtype: 'float32',
  }));
}
