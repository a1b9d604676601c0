/** A disk of 64 KiB that really runs full: mounted where this process may, else it skips. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatasetCache } from './dataset-cache.ts';
import { describeFailure } from './training/failure.ts';
import { openEventLog } from './training/tensorboard/event-log.ts';

const disk = mkdtempSync(join(tmpdir(), 'trainyard-disk-'));
const { signal } = new AbortController();
let isMounted = false;

beforeAll(() => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'pipe' });
    isMounted = true;
  } catch {} // not root, or no Linux: said by each test
});
afterAll(() => {
  if (isMounted) execFileSync('umount', [disk]);
  rmSync(disk, { recursive: true });
});
beforeEach(({ skip }) => {
  if (!isMounted) skip('this process may not mount a small disk');
});

const sets = new Map<string, Uint8Array<ArrayBuffer>>();
function setOf(name: string, kib: number) {
  const bytes = new Uint8Array(randomBytes(kib * 1024));
  sets.set(name, bytes);
  return { id: `dsv_${name}`, name, sha256: createHash('sha256').update(bytes).digest('hex') };
}

describe('on a full disk', () => {
  const folder = join(disk, 'datasets');
  const cache = openDatasetCache({ folder, download: async ({ name }) => new Response(sets.get(name)) });

  it('the dataset in use takes the place of one that is not', async () => {
    const [old, next] = [setOf('old', 40), setOf('next', 40)];
    await cache.get(old, signal);
    await cache.get(next, signal);
    expect(await readdir(folder)).toEqual([next.sha256]);
  });

  it('one that has no room at all ends a run as `disk_full`, and leaves nothing behind', async () => {
    const error = await cache.get(setOf('large', 100), signal).catch((error: unknown) => error);
    expect(describeFailure(error)).toEqual({
      reason: 'disk_full',
      message:
        'the disk of the runner is full: ENOSPC: no space left on device, write. Make room for TRAINYARD_HOME and the folder of temporary files, then resume the run',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("TensorBoard's files end, and say so once", async () => {
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const log = openEventLog({ folder: join(disk, 'run'), definition: {}, onError });
    const points = Array.from({ length: 1000 }, (_, step) => ({
      ...{ step, epoch: 1, split: 'train' as const, name: 'loss' as const, value: 1 },
    }));
    for (let batch = 0; batch < 10; batch++) log.add(points);
    await log.close();
    expect(errors).toMatchObject([{ code: 'ENOSPC' }]);
  });
});
