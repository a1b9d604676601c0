/** The engine failed: another may do better. */
import { AppError, messageOf } from '../../shared/errors.ts';

export class EngineFault extends Error {}

/** What a person can mend is an AppError of the training, and stays what it is; anything else that is thrown comes out of the engine. */
export const asEngineFault = (error: unknown): unknown =>
  error instanceof AppError && error.code !== 'unsupported' && error.code !== 'unavailable'
    ? error
    : new EngineFault(messageOf(error), { cause: error });
