/** One request at an endpoint, in whatever protocol it came: a deployment is chosen, predicts, and the request is counted. */

import { chooseByTraffic } from '../../shared/choose-by-traffic.ts';
import { AppError } from '../../shared/errors.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import type { InferenceRequest } from './serve-inference.ts';
import type { Served } from './serving.ts';

export interface Answered {
  served: Served;
  predictions: Prediction[];
}

/**
 * `instancesOf`: what is asked, read for the model that was chosen. `version`: the one that must answer; else the traffic decides.
 * Throws AppError `not_found`, and what reading and predicting throw.
 */
export async function answerAt(
  { services: { serving, traffic }, caller: { workspace } }: Pick<InferenceRequest, 'services' | 'caller'>,
  endpoint: string,
  instancesOf: (served: Served) => readonly unknown[],
  version?: number,
): Promise<Answered> {
  const started = Date.now();
  const served = chosen(await serving(workspace, endpoint), endpoint, version);
  const count = (status: number, summary: string, rows: number) =>
    traffic.record(workspace, endpoint, {
      ...{ at: started, status, ms: Date.now() - started, summary },
      ...{ version: served.modelVersion.version, rows },
    });
  try {
    const predictions = await served.predictor.predict(instancesOf(served));
    count(200, summarise(predictions), predictions.length);
    return { served, predictions };
  } catch (error) {
    const { status, code } = error instanceof AppError ? error : { status: 500, code: 'internal' };
    count(status, code, 0);
    throw error;
  }
}

/** Throws AppError `not_found`, naming the versions that are served. */
export function chosen(all: readonly Served[], endpoint: string, version: number | undefined): Served {
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
