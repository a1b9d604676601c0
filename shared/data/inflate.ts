/** Inflating under a budget: more bytes than it holds are refused before they are kept. */
import { Gunzip, type UnzipFile } from 'fflate';
import { AppError, messageOf } from '../errors.ts';
import { joinBytes } from './join-bytes.ts';

/** Handed to the inflater at once, bytes: a small piece of a bomb is still a small piece. */
const SLICE = 1 << 16;

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

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Hands the inflated bytes on, piece by piece. */
export function createGunzip(
  to: { push(chunk: Uint8Array): void; end(): void },
  budget: Budget,
  path?: string,
): { push(chunk: Uint8Array): void; end(): void } {
  const stream = new Gunzip((part) => {
    spend(budget, part.length, path);
    to.push(part);
  });
  const guarded = (chunk: Uint8Array, final: boolean) => {
    try {
      stream.push(chunk, final);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('invalid_data', `not a whole gzip file: ${messageOf(error)}`, { cause: error });
    }
  };
  return {
    push(chunk) {
      for (let at = 0; at < chunk.length; at += SLICE) guarded(chunk.subarray(at, at + SLICE), false);
    },
    end() {
      guarded(new Uint8Array(0), true);
      to.end();
    },
  };
}

export function gunzip(bytes: Uint8Array, path: string, budget: Budget): Uint8Array {
  const parts: Uint8Array[] = [];
  const stream = createGunzip({ push: (part) => void parts.push(part), end: () => {} }, budget, path);
  stream.push(bytes);
  stream.end();
  return joinBytes(parts);
}

function spend(budget: Budget, bytes: number, path?: string): void {
  budget.left -= bytes;
  if (budget.left < 0) {
    throw new AppError(
      'invalid_data',
      `the file inflates to more than is accepted (1 GiB)${path ? `, at "${path}"` : ''}`,
    );
  }
}
