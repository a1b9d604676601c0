/** One request at an endpoint, in whatever protocol it came: a deployment is chosen, or a graph of models runs, and the request is counted. */

import { chooseByTraffic } from '../../shared/choose-by-traffic.ts';
import { AppError } from '../../shared/errors.ts';
import type { Deployment } from '../../shared/schema/endpoint.ts';
import type { StepAnswered } from '../../shared/schema/inference-graph.ts';
import type { ModelFace } from '../../shared/schema/model.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import type { InferenceRequest } from './inference-request.ts';
import { summarise } from './summarise.ts';

export interface Answered {
  modelVersion: ModelFace;
  predictions: Prediction[];
  /** Of a graph. */
  steps?: StepAnswered[];
}

/**
 * `instancesOf`: what is asked, read for the model that was chosen. `version`: the one that must answer; else the traffic decides.
 * Throws AppError `not_found`, and what reading and predicting throw.
 */
export async function answerAt(
  request: Pick<InferenceRequest, 'services' | 'caller'>,
  endpoint: string,
  instancesOf: (model: ModelFace) => readonly unknown[],
  version?: number,
): Promise<Answered> {
  const {
    services: { serving, open, traffic },
    caller: { workspace },
  } = request;
  const started = Date.now();
  const { deployments, graph } = await serving(workspace, endpoint);
  if (graph) {
    const { answerByGraph } = await import('./answer-by-graph.ts');
    return answerByGraph(request, graph, instancesOf, version);
  }
  const deployment = chosen(deployments, endpoint, version);
  const { modelVersion } = deployment;
  const count = (status: number, summary: string, rows: number) =>
    traffic.record(workspace, endpoint, {
      ...{ at: started, status, ms: Date.now() - started, summary },
      ...{ version: modelVersion.version, rows },
    });
  try {
    const model = await open(workspace, deployment);
    const predictions = await model.predict(instancesOf(modelVersion));
    count(200, summarise(predictions), predictions.length);
    return { modelVersion, predictions };
  } catch (error) {
    const { status, code } = error instanceof AppError ? error : { status: 500, code: 'internal' };
    count(status, code, 0);
    throw error;
  }
}

/** Throws AppError `not_found`, naming the versions that are served. */
export function chosen(
  all: readonly Deployment[],
  endpoint: string,
  version: number | undefined,
): Deployment {
  if (version === undefined) return chooseByTraffic(all, Math.random());
  const found = all.find(({ modelVersion }) => modelVersion.version === version);
  if (found) return found;
  const versions = all.map(({ modelVersion }) => modelVersion.version).join(', ');
  throw new AppError('not_found', `"${endpoint}" serves no version ${version}; it serves ${versions}`);
}
