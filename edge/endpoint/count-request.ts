/** Counts one request in its endpoint's traffic, when it has ended. */
import { AppError } from '../../shared/errors.ts';
import type { StepAnswered } from '../../shared/schema/inference-graph.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import type { InferenceRequest } from './inference-request.ts';
import { summarise } from './summarise.ts';

/** Of whoever goes away before the end. */
const CLOSED = 499;

export interface Counting {
  answered(predictions: Prediction[], steps?: StepAnswered[]): void;
  /** Gives the error back. */
  failed(error: unknown): unknown;
  closed(): void;
}

export function countRequest(
  { services: { traffic }, caller: { workspace } }: Pick<InferenceRequest, 'services' | 'caller'>,
  endpoint: string,
  version: number,
): Counting {
  const started = Date.now();
  const count = (status: number, summary: string, rows = 0, steps?: StepAnswered[]) =>
    traffic.record(workspace, endpoint, {
      ...{ at: started, status, ms: Date.now() - started, summary, version, rows },
      ...(steps && { steps }),
    });
  return {
    answered: (predictions, steps) => count(200, summarise(predictions), predictions.length, steps),
    failed(error) {
      const { status, code } = error instanceof AppError ? error : { status: 500, code: 'internal' };
      count(status, code);
      return error;
    },
    closed: () => count(CLOSED, 'closed by the client'),
  };
}
