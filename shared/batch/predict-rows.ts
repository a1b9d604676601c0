/** Predictions row by row: one that the model refuses gets its error, and the others their answers. */
import { AppError } from '../errors.ts';
import type { Instance, Prediction } from '../schema/prediction.ts';
import type { RowError } from './answer-rows.ts';

export type Predict = (instances: readonly Instance[]) => Prediction[] | Promise<Prediction[]>;

/** At a time: what a model holds for its rows in memory is bounded by this. */
const ROWS = 256;

export async function predictRows(
  predict: Predict,
  instances: readonly Instance[],
): Promise<(Prediction | RowError)[]> {
  const answers: (Prediction | RowError)[] = [];
  for (let row = 0; row < instances.length; row += ROWS)
    answers.push(...(await predictSome(predict, instances.slice(row, row + ROWS))));
  return answers;
}

/** Halves what is refused, until the row at fault stands alone. */
async function predictSome(
  predict: Predict,
  instances: readonly Instance[],
): Promise<(Prediction | RowError)[]> {
  try {
    return await predict(instances);
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    if (instances.length === 1) return [{ error: error.message.replace(/^instances\[0\],? ?/, '') }];
    const half = instances.length >> 1;
    return [
      ...(await predictSome(predict, instances.slice(0, half))),
      ...(await predictSome(predict, instances.slice(half))),
    ];
  }
}
