/** A whole data set predicted by the command line: from a file, and from what is there already. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { predict } from '../../shared/api/routes/endpoints.ts';
import { CSV } from '../helpers/edge-scenario.ts';
import { openWorkbench, type Workbench } from './trainyard.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench({ runner: true });
}, 60_000);
afterAll(() => bench?.close());

it('writes the rows of a table with their predictions', async () => {
  const at = (name: string) => join(bench.folder, name);
  await writeFile(at('points.csv'), CSV);
  const words = [
    'train',
    'points.csv',
    '--target',
    'label',
    '--epochs',
    '20',
    '--deploy',
    'points',
    '--json',
  ];
  const trained = await bench.trainyard(words);
  expect(trained.code, trained.stderr + trained.stdout).toBe(0);

  await writeFile(at('New ones.csv'), 'who,b,a\nx,2,1\ny,20,none\nz,20,19\n');
  const file = await bench.trainyard([
    'predict',
    'points',
    '--dataset',
    'New ones.csv',
    '--output',
    'out.csv',
  ]);
  expect(file.code, file.stderr).toBe(0);
  expect(file.stderr).toMatch(/batch_\w+: 3 rows, by points v1\n/);
  expect(file.stderr).toMatch(/wrote out\.csv/);
  expect(file.stdout).toMatch(
    /^3 rows, of which 1 have an error .*\n {2}row 2: feature "a" is "none"; expected/,
  );
  const { predictions } = await bench.client.call(predict, {
    params: { endpoint: 'points' },
    body: { instances: [1, 19].map((a, i) => ({ a, b: [2, 20][i] })) },
  });
  const [low, high] = predictions.map((one) => {
    if (!('label' in one)) throw new Error('no class');
    return [one.label, one.probabilities.high, one.probabilities.low].join(',');
  });
  const [head, ...lines] = (await readFile(at('out.csv'), 'utf8')).trim().split('\n');
  expect(head).toBe('who,b,a,predicted_label,probability_high,probability_low,error');
  expect(lines[0]).toBe(`x,2,1,${low},`);
  expect(lines[1]).toMatch(/^y,20,none,,,,"feature ""a"" is ""none"""*; expected/);
  expect(lines[2]).toBe(`z,20,19,${high},`);

  const named = await bench.trainyard([
    'predict',
    'points',
    '--dataset',
    'points@1',
    '--output',
    'out.jsonl',
  ]);
  expect([named.code, named.stdout]).toEqual([0, '60 rows predicted\n']);
  const rows = (await readFile(at('out.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(rows).toHaveLength(60);
  expect(rows[0]).toMatchObject({ a: 0, b: 0, label: 'low', predicted_label: 'low', error: null });

  const byRunner = await bench.trainyard([
    ...['predict', 'points', '--dataset', 'points@1', '--output', 'there.jsonl', '--on', 'runner'],
  ]);
  expect([byRunner.code, byRunner.stdout]).toEqual([0, '60 rows predicted\n']);
  expect(await readFile(at('there.jsonl'), 'utf8')).toBe(await readFile(at('out.jsonl'), 'utf8'));

  const absent = await bench.trainyard(['predict', 'points', '--dataset', 'points@7', '--output', 'x.csv']);
  expect([absent.code, absent.stderr]).toEqual([
    2,
    expect.stringContaining('"points" has no version 7; the latest is 1'),
  ]);
  await writeFile(at('other.csv'), 'x\n1\n');
  const unfit = await bench.trainyard(['predict', 'points', '--dataset', 'other.csv', '--output', 'x.csv']);
  expect([unfit.code, unfit.stderr]).toEqual([
    2,
    expect.stringContaining('has no column "a", "b", which points v1 needs'),
  ]);
});
