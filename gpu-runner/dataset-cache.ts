/**
 * Datasets on this machine's disk, named by their sha256 and checked against it at every use: a damaged copy is fetched
 * again, a half-fetched one is never seen. On a full disk those not in use make room.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../shared/errors.ts';
import type { DatasetVersion } from '../shared/schema/dataset.ts';
import { isDiskFull } from './disk-full.ts';

/** Times that bytes may arrive damaged before they are taken for damaged where they come from. */
const MOST_DAMAGED = 3;

export type CachedDataset = Pick<DatasetVersion, 'id' | 'name' | 'sha256'>;

export interface DatasetCacheOptions {
  folder: string;
  download(dataset: CachedDataset, signal: AbortSignal): Promise<Response>;
  /** Bytes kept; beyond it the longest unused go. */
  limit?: number;
}

export interface DatasetCache {
  /** Path of a file with exactly the dataset's bytes. */
  get(dataset: CachedDataset, signal: AbortSignal): Promise<string>;
}

export function openDatasetCache({
  folder,
  download,
  limit = 20 * 2 ** 30,
}: DatasetCacheOptions): DatasetCache {
  return {
    async get(dataset, signal) {
      const path = join(folder, dataset.sha256);
      if ((await hashFile(path)) === dataset.sha256) {
        await utimes(path, new Date(), new Date());
        return path;
      }
      await mkdir(folder, { recursive: true });
      await fetchInto(path, dataset, signal).catch(async (error) => {
        if (!isDiskFull(error)) throw error;
        await dropOldest(folder, 0, dataset.sha256);
        await fetchInto(path, dataset, signal);
      });
      await dropOldest(folder, limit, dataset.sha256);
      return path;
    },
  };

  /** Throws AppError `invalid_data` where what arrives is damaged time and again. */
  async function fetchInto(path: string, dataset: CachedDataset, signal: AbortSignal) {
    for (let time = 1; ; time++) {
      const arrived = await fetchOnce(path, dataset, signal);
      if (arrived === dataset.sha256) return;
      if (time === MOST_DAMAGED) {
        throw new AppError(
          'invalid_data',
          `dataset ${dataset.name} arrived damaged ${time} times: sha256 ${arrived}, expected ${dataset.sha256}`,
        );
      }
    }
  }

  /** The sha256 of what arrived; it is kept only if it is the dataset's. */
  async function fetchOnce(path: string, dataset: CachedDataset, signal: AbortSignal): Promise<string> {
    const part = `${path}.${process.pid}.part`;
    try {
      const { body } = await download(dataset, signal);
      const hash = createHash('sha256');
      await pipeline(
        Readable.fromWeb((body ?? new Blob([]).stream()) as Parameters<typeof Readable.fromWeb>[0]),
        async function* (chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            yield chunk;
          }
        },
        createWriteStream(part),
        { signal },
      );
      const arrived = hash.digest('hex');
      if (arrived === dataset.sha256) await rename(part, path);
      return arrived;
    } finally {
      await rm(part, { force: true });
    }
  }
}

/** Lower-case hexadecimal; null where there is no such file. */
async function hashFile(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

async function dropOldest(folder: string, limit: number, keep: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ name, ...pickUse(await stat(join(folder, name))) })),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= limit) return;
    if (name === keep) continue;
    await rm(join(folder, name), { force: true });
    total -= size;
  }
}

const pickUse = ({ size, mtimeMs }: { size: number; mtimeMs: number }) => ({ size, usedAt: mtimeMs });
