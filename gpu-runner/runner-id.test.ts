import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeRunnerId } from './runner-id.ts';

const NOBODY = 2 ** 30; // above Linux's largest process id
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'trainyard-runner-'));
});
afterEach(() => rm(home, { recursive: true }));

it('is the same after a restart', () => {
  expect(takeRunnerId(home, NOBODY)).toBe(takeRunnerId(home, NOBODY + 1));
});

it('differs while the first lives', () => {
  const first = takeRunnerId(home, process.pid);
  const second = takeRunnerId(home, NOBODY);
  expect(second).not.toBe(first);
  expect(takeRunnerId(home, NOBODY + 1)).toBe(second);
});

it('makes a new one of a damaged file', async () => {
  const first = takeRunnerId(home, NOBODY);
  await writeFile(join(home, 'runners', '1.json'), '{"id":');
  const second = takeRunnerId(home, NOBODY);
  expect(second).toMatch(/^rnr_/);
  expect(second).not.toBe(first);
});
