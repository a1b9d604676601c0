import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatasetCache } from './dataset-cache.ts';

const signal = new AbortController().signal;
const named = (text: string) => ({
  id: `dsv_${text}`,
  name: text,
  sha256: createHash('sha256').update(text).digest('hex'),
});

let folder: string;
let downloads: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-cache-'));
  downloads = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** A cache whose source serves a dataset's name as its bytes. */
function openCache({
  limit,
  serve = (text) => text,
}: {
  limit?: number;
  serve?: (text: string) => string;
} = {}) {
  return openDatasetCache({
    folder,
    ...(limit === undefined ? {} : { limit }),
    async download({ name }) {
      downloads.push(name);
      return new Response(serve(name));
    },
  });
}

describe('dataset cache', () => {
  it('fetches once, and keeps exactly the bytes', async () => {
    const cache = openCache();
    const path = await cache.get(named('a,b\n1,2\n'), signal);
    expect(await cache.get(named('a,b\n1,2\n'), signal)).toBe(path);
    expect(await readFile(path, 'utf8')).toBe('a,b\n1,2\n');
    expect(downloads).toEqual(['a,b\n1,2\n']);
  });

  it('notices a damaged copy and fetches it again', async () => {
    const cache = openCache();
    const path = await cache.get(named('whole'), signal);
    await writeFile(path, 'whale');
    expect(await readFile(await cache.get(named('whole'), signal), 'utf8')).toBe('whole');
    expect(downloads).toEqual(['whole', 'whole']);
  });

  it('fetches damaged bytes anew, then refuses them, and leaves nothing behind', async () => {
    const cache = openCache({ serve: (text) => `${text}!` });
    await expect(cache.get(named('whole'), signal)).rejects.toThrow(
      /dataset whole arrived damaged 3 times: sha256 [0-9a-f]{64}/,
    );
    expect(downloads).toEqual(['whole', 'whole', 'whole']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves nothing behind when the connection breaks', async () => {
    const broken = new ReadableStream({
      pull(controller) {
        if (controller.desiredSize === 1) controller.enqueue(new TextEncoder().encode('wh'));
        controller.error(new TypeError('terminated'));
      },
    });
    const cache = openDatasetCache({ folder, download: async () => new Response(broken) });
    await expect(cache.get(named('whole'), signal)).rejects.toThrow('terminated');
    expect(await readdir(folder)).toEqual([]);
  });

  it('drops the longest unused beyond its limit, never the one asked for', async () => {
    const cache = openCache({ limit: 10 });
    const old = await cache.get(named('aaaaa'), signal);
    const used = await cache.get(named('bbbb'), signal);
    await utimes(old, 1, 1);
    await utimes(used, 2, 2);
    await cache.get(named('cccc'), signal);
    expect((await readdir(folder)).sort()).toEqual([named('bbbb').sha256, named('cccc').sha256].sort());
    await cache.get(named('much longer than the limit'), signal);
    expect(await readdir(folder)).toEqual([named('much longer than the limit').sha256]);
  });
});
