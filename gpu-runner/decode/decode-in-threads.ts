/** Decodes the pictures of a dataset in as many threads as there are cores, while this one may do something else. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Decoded } from '../../shared/data/load-dataset.ts';
import type { Example } from '../../shared/data/zip-reader.ts';
import { AppError } from '../../shared/errors.ts';
import type { DecodeReply } from './decode-worker.ts';

/** Files handed to a thread at once. */
const PIECE = 16;
/** So few are decoded before a thread has begun. */
const FEW = 64;
const MOST_THREADS = 16;

export async function decodeInThreads(
  examples: readonly Example[],
  threads = Math.min(availableParallelism(), MOST_THREADS),
): Promise<Decoded[]> {
  const files = examples.flatMap((example) => ('file' in example && example.file ? [example.file] : []));
  if (files.length < Math.max(FEW, examples.length)) return examples.map((example) => example.decode());
  const decoded = new Array<Decoded>(files.length);
  let next = 0;

  await Promise.all(Array.from({ length: threads }, work));
  return decoded;

  async function work() {
    const worker = new Worker(new URL('./decode-worker.ts', import.meta.url));
    try {
      while (next < files.length) {
        const from = next;
        next += PIECE;
        const piece = files.slice(from, next).map((file) => new Uint8Array(file)); // it may be a view of the whole zip
        worker.postMessage(
          piece,
          piece.map(({ buffer }) => buffer as ArrayBuffer),
        );
        const [reply] = await once(worker, 'message'); // rejects when the thread fails
        const { images, problem } = reply as DecodeReply;
        images.forEach((image, i) => {
          decoded[from + i] = image;
        });
        if (problem === undefined) continue;
        throw new AppError('invalid_data', `"${examples[from + images.length]!.path}": ${problem}`);
      }
    } finally {
      next = files.length; // where one fails, the others need not go on
      await worker.terminate();
    }
  }
}
