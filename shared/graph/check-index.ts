/** The reference's refusal of an index that points nowhere. */
import { AppError } from '../errors.ts';

export function checkIndex(operator: string, index: number, count: number): number {
  if (index >= 0 && index < count) return index;
  throw new AppError(
    'invalid_request',
    `Operator ${operator}: index ${index} is not one of 0 to ${count - 1}`,
  );
}
