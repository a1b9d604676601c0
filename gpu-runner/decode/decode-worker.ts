/** A thread that decodes PNG and JPEG files, some at a time. */
import { parentPort } from 'node:worker_threads';
import { decodeImage } from '../../shared/data/decode-image.ts';
import type { Image } from '../../shared/data/table.ts';
import { messageOf } from '../../shared/errors.ts';

/** In the order of the files; up to the first that cannot be decoded, and why not. */
export interface DecodeReply {
  images: Image[];
  problem?: string;
}

parentPort?.on('message', (files: readonly Uint8Array[]) => {
  const reply: DecodeReply = { images: [] };
  try {
    for (const file of files) reply.images.push(decodeImage(file));
  } catch (error) {
    reply.problem = messageOf(error);
  }
  parentPort?.postMessage(
    reply,
    reply.images.map(({ data }) => data.buffer as ArrayBuffer),
  );
});
