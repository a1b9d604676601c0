/** One request at an endpoint, in whatever protocol it came: a deployment is chosen, predicts, and the request is counted. */
import { AppError } from '../../shared/errors.ts';
import type { Deployment } from '../../shared/schema/endpoint.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import { chooseByTraffic } from './choose.ts';
import type { InferenceRequest } from './serve-inference.ts';

export interface Answered {
  modelVersion: ModelVersion;
  predictions: Prediction[];
}

/**
 * `instancesOf`: what is asked, read for the model that was chosen. `version`: the one that must answer; else the traffic decides.
 * Throws AppError `not_found`, and what reading and predicting throw.
 */
export async function answerAt(
  {
    services: { serving, open, traffic },
    caller: { workspace },
  }: Pick<InferenceRequest, 'services' | 'caller'>,
  endpoint: string,
  instancesOf: (model: ModelVersion) => readonly unknown[],
  version?: number,
): Promise<Answered> {
  const started = Date.now();
  const { modelVersion } = chosen(await serving(workspace, endpoint), endpoint, version);
  const count = (status: number, summary: string, rows: number) =>
    traffic.record(workspace, endpoint, {
      ...{ at: started, status, ms: Date.now() - started, summary },
      ...{ version: modelVersion.version, rows },
    });
  try {
    const model = await open(workspace, modelVersion);
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

/** What was answered, in short. */
function summarise(predictions: Prediction[]): string {
  const first = predictions[0];
  if (!first) return '';
  const text = inShort(first);
  return predictions.length > 1 ? `${text} +${predictions.length - 1}` : text;
}

function inShort(prediction: Prediction): string {
  if ('image' in prediction) return 'a picture';
  if ('boxes' in prediction)
    return (
      prediction.boxes
        .map(({ label }) => label)
        .join(', ')
        .slice(0, 80) || 'nothing found'
    );
  if ('value' in prediction) return String(Number(prediction.value.toPrecision(6)));
  return ('label' in prediction ? prediction.label : prediction.text).slice(0, 80);
}
