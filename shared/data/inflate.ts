/** Inflating under a budget: more bytes than it holds are refused before they are kept. */
import { Gunzip, type UnzipFile } from 'fflate';
import { AppError, messageOf } from '../errors.ts';
import { joinBytes } from './join-bytes.ts';

export interface Budget {
  /** Bytes that may still come out. */
  left: number;
}

/** Calls back once, with all the bytes of a file of a zip. */
export function collect(file: UnzipFile, budget: Budget, done: (bytes: Uint8Array) => void): void {
  const parts: Uint8Array[] = [];
  file.ondata = (error, part, final) => {
    if (error) throw error;
    spend(budget, part.length, file.name);
    parts.push(part);
    if (final) done(joinBytes(parts));
  };
}

export function gunzip(bytes: Uint8Array, path: string, budget: Budget): Uint8Array {
  const parts: Uint8Array[] = [];
  const stream = new Gunzip((part) => {
    spend(budget, part.length, path);
    parts.push(part);
  });
  const slice = 1 << 16;
  try {
    for (let at = 0; at < bytes.length; at += slice) {
      stream.push(bytes.subarray(at, at + slice), at + slice >= bytes.length);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('invalid_data', `not a whole gzip file: ${messageOf(error)}`, { cause: error });
  }
  return joinBytes(parts);
}

function spend(budget: Budget, bytes: number, path: string): void {
  budget.left -= bytes;
  if (budget.left < 0) {
    throw new AppError('invalid_data', `the zip inflates to more than is accepted (1 GiB), at "${path}"`);
  }
}
