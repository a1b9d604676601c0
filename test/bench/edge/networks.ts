/** A benchmark's network as a case: one set of weights in all forms. */
import type { FittedPipeline } from '../../../shared/pipeline/fitted-pipeline.ts';
import { onnxFile } from '../infer-engine/onnx-file.ts';
import type { BenchModel } from '../models/bench-model.ts';
import { exampleWeights } from '../models/example-weights.ts';
import type { MakeBodies } from './bodies.ts';
import type { Dataset } from './datasets.ts';
import { fitOwnModel, ownArtifact } from './own-model.ts';
import type { RivalTask } from './rivals/task.ts';
import { classesOf, type ServedCase } from './served-case.ts';

export async function prepareNetwork(
  name: string,
  model: BenchModel,
  dataset: Dataset,
  bodies: MakeBodies,
): Promise<ServedCase> {
  const own = fitOwnModel(model, dataset);
  const values = exampleWeights(model);
  const { fitted } = own;
  const { own: request, rivals, isBinary } = bodies(fitted);
  const parts = [...values.values()].map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return {
    own: { dataset, spec: own.spec, trained: ownArtifact(own, dataset, values) },
    ownRequest: request(name),
    task: {
      ...{ inputShape: model.inputShape, dtype: model.vocabulary === undefined ? 'float32' : 'int32' },
      ...{ classes: classesOf(fitted), ...scalesOf(fitted), isBinary, model },
      weights: [...values].map(([one, { shape }]) => ({ name: one, shape })),
    },
    weights: Buffer.concat(parts),
    onnx: await onnxFile({ model, weights: values, x: new Float32Array() }),
    rivalRequest: rivals,
  };
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
