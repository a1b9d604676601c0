/** Files, folders and failing; that TensorBoard reads them so is test/export/tensorboard.test.ts. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MetricPoint } from '../../../shared/schema/metric.ts';
import { scalarEvent, startEvent, textEvent, versionEvent } from './event.ts';
import { openEventLog } from './event-log.ts';
import { recordOf } from './record.ts';

const SECONDS = 1_700_000_000;
const point = (step: number, value: number, split: MetricPoint['split'] = 'train'): MetricPoint => ({
  ...{ step, epoch: 1, split, name: 'loss', value },
});

let folder: string;
let errors: unknown[];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'trainyard-events-')), 'run_1');
  errors = [];
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const openLog = () =>
  openEventLog({
    ...{ folder, definition: { kind: 'any' }, now: () => 1000 * SECONDS },
    onError: (error) => void errors.push(error),
  });

it('writes a file for each split, and another for each attempt, in the order of their names', async () => {
  const first = openLog();
  first.add([point(1, 0.5), point(2, 0.25), point(2, 0.75, 'validation')]);
  await first.close();
  const second = openLog();
  second.add([point(2, 0.125)]);
  await second.close();

  expect((await readdir(folder)).sort()).toEqual(['train', 'validation']);
  const names = (await readdir(join(folder, 'train'))).sort();
  expect(names.map((name) => name.split('.').slice(0, 4).join('.'))).toEqual([
    `events.out.tfevents.${SECONDS}`,
    `events.out.tfevents.${SECONDS + 1}`,
  ]);
  const [before, after] = await Promise.all(names.map((name) => readFile(join(folder, 'train', name))));
  expect(before).toEqual(
    records(
      versionEvent(SECONDS),
      startEvent(SECONDS, 1),
      textEvent(SECONDS, 0, 'definition', '```json\n{\n  "kind": "any"\n}\n```'),
      scalarEvent(SECONDS, 1, 'loss', 0.5),
      scalarEvent(SECONDS, 2, 'loss', 0.25),
    ),
  );
  expect(after).toEqual(
    records(versionEvent(SECONDS), startEvent(SECONDS, 2), scalarEvent(SECONDS, 2, 'loss', 0.125)),
  );
  expect(errors).toEqual([]);
});

it('tells once that it cannot write, and takes what comes after', async () => {
  await writeFile(folder, 'a file where the folder should be');
  const log = openLog();
  log.add([point(1, 1)]);
  log.add([point(2, 1)]);
  await log.close();
  expect(errors).toMatchObject([{ code: 'ENOTDIR' }]);
});

const records = (...events: Uint8Array[]): Buffer => Buffer.concat(events.map(recordOf));
