/** Bad files and bad words: one clear line, exit code 2, and nothing left behind on the server. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listDatasets } from '../../shared/api/routes/datasets.ts';
import { listPipelines } from '../../shared/api/routes/pipelines.ts';
import { listProjects } from '../../shared/api/routes/projects.ts';
import { listRuns } from '../../shared/api/routes/runs.ts';
import { openWorkbench, type Workbench } from './trainyard.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench({ runner: false });
  const tenMegabytes = '['.repeat(5e6) + ']'.repeat(5e6);
  await writeFile(join(bench.folder, 'deep.json'), `{"model":${tenMegabytes}}`);
}, 60_000);
afterAll(() => bench?.close());

const rows = (line: (i: number) => string) =>
  `a,b\n${Array.from({ length: 40 }, (_, i) => line(i)).join('\n')}\n`;

it.each<[string, string | Buffer, RegExp]>([
  ['an empty file', '', /empty/],
  ['a header only', 'a,b\n', /no rows/],
  ['ragged rows', 'a,b\n1,2\n3\n', /line 3/],
  ['an unclosed quote', 'a,b\n1,"2\n3,4\n', /never closed/],
  ['bytes that are not UTF-8', Buffer.from([0x61, 0x2c, 0x62, 10, 0xff, 0xfe, 0x2c, 0x32, 10]), /UTF-8/],
  ['a missing target', rows((i) => `${i},x`).replace('a,b', 'a,c'), /"b"/],
  ['a constant target', rows((i) => `${i},7`), /"b"/],
  ['one class', rows((i) => `${i},cat`), /"b"/],
])(
  'refuses %s',
  async (_, content, message) => {
    await writeFile(join(bench.folder, 'data.csv'), content);
    const words = ['train', 'data.csv', '--target', 'b'];
    const plain = await bench.trainyard(words);
    expect(plain).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: .+\n(hint: .+\n)?$/),
    });
    expect(plain.stderr).toMatch(message);
    const json = await bench.trainyard([...words, '--json']);
    expect(JSON.parse(json.stdout).error).toMatchObject({ message: expect.stringMatching(message) });
    await expectNothingLeft();
  },
  30_000,
);

it.each<[string[], RegExp]>([
  [['train', 'nothing.csv', '--target', 'b'], /no such file: nothing.csv/],
  [['train', 'no-dataset', '--target', 'b'], /neither a file here nor a dataset/],
  [['deploy', 'penguins', '--endpoint', 'p'], /expected MODEL@VERSION/],
  [['predict', 'penguins'], /expected either --json FILE/],
  [['predict', 'penguins', '--dataset', 'x.csv'], /--dataset and --output go together/],
  [
    ['predict', 'penguins', '--dataset', './No Such.csv', '--output', 'y.csv'],
    /no such file; expected one, or a data set/,
  ],
  [['run', 'list', '--limit', '0'], /from 1 to 500/],
  [
    ['pipeline', 'push', 'deep', 'deep.json'],
    /deep.json is not a pipeline definition: model\.0\.0.* 64 deep/,
  ],
  [['frobnicate'], /unknown command 'frobnicate'/],
])(
  '%j is bad usage',
  async (words, message) => {
    const { code, stderr, stdout } = await bench.trainyard(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  },
  30_000,
);

it('an unreachable server ends with 1', async () => {
  const { code, stderr } = await bench.trainyard([
    'run',
    'list',
    '--url',
    'http://127.0.0.1:1',
    '--token',
    'x',
  ]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('cannot reach http://127.0.0.1:1')]);
}, 30_000);

async function expectNothingLeft() {
  const { client } = bench;
  for (const { name: project } of await client.call(listProjects, {})) {
    const params = { project };
    expect(await client.call(listDatasets, { params })).toEqual([]);
    expect(await client.call(listPipelines, { params })).toEqual([]);
    expect(await client.call(listRuns, { params })).toEqual([]);
  }
}
