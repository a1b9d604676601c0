/** A case's model in the forms that the contestants take, and one request in their bodies. */
import type { PipelineSpec } from '../../../shared/definition/pipeline-spec.ts';
import type { FittedPipeline } from '../../../shared/pipeline/fitted-pipeline.ts';
import type { Trained } from '../../helpers/edge-scenario.ts';
import type { Dataset } from './datasets.ts';
import type { Request } from './request.ts';
import type { RivalTask } from './rivals/task.ts';

/** A model of ours, ready to be published. */
export interface Publishable {
  dataset: Dataset;
  spec: PipelineSpec;
  trained: Trained;
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

export function classesOf({ output }: FittedPipeline): readonly string[] {
  if (output.task !== 'classification') throw new Error(`no classes in ${output.task}`);
  return output.classes;
}
