import { crc32, deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { loadDataset, loadDatasetWith } from '../../shared/data/load-dataset.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { decodeInThreads } from './decode-in-threads.ts';

/** Grey pictures of two classes, each with its number in every pixel; enough for several pieces. */
const files = Array.from({ length: 150 }, (_, i) => ({
  path: `${i % 2 ? 'odd' : 'even'}/${i}.png`,
  bytes: greyPng(i),
}));

const decode: typeof decodeInThreads = (examples) => decodeInThreads(examples, 3);

it('gives the table that one thread gives', async () => {
  const zip = Buffer.from(packZip(files)); // as it is read from a disk; its `slice` does not copy
  const table = await loadDatasetWith(decode, zip, 'pictures');
  expect(table).toEqual(loadDataset(zip, 'pictures'));
  expect(table.rows).toBe(150);
});

it('names the picture that cannot be decoded, as one thread does', async () => {
  const damaged = files.map(({ path, bytes }, i) => ({ path, bytes: i === 101 ? damagedPng(bytes) : bytes }));
  const zip = packZip(damaged);
  const error = await loadDatasetWith(decode, zip, 'pictures').catch((error: unknown) => error);
  expect(error).toMatchObject({
    code: 'invalid_data',
    message: expect.stringMatching(/^"odd\/101\.png": the picture cannot be decoded: /),
  });
  expect(() => loadDataset(zip, 'pictures')).toThrow((error as Error).message);
});

/** What it holds is not deflated. */
function damagedPng(png: Uint8Array): Uint8Array {
  const bytes = png.slice();
  bytes[8 + 25 + 8] = 0; // after signature, IHDR, and length and type of IDAT
  return bytes;
}

/** 3 × 2 pixels, all of one grey. */
function greyPng(grey: number): Uint8Array {
  const rows = Buffer.from([0, grey, grey, grey, 0, grey, grey, grey]); // each begins with its filter, none
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunkOf('IHDR', Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0])),
    chunkOf('IDAT', deflateSync(rows)),
    chunkOf('IEND', Buffer.alloc(0)),
  ]);
}

function chunkOf(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}
