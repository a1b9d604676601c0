/** From a file to an endpoint, by the command line alone: real server, real runner, real data (TRAINYARD_DATASETS). */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getRun, getRunSnapshots } from '../../shared/api/routes/runs.ts';
import { PredictResponse } from '../../shared/schema/prediction.ts';
import { openWorkbench, type Workbench } from './trainyard.ts';

const datasets = process.env.TRAINYARD_DATASETS;
const MINUTES = 60_000;

describe.skipIf(!datasets)(
  `train, deploy, predict${datasets ? '' : ' (skipped: TRAINYARD_DATASETS is not set)'}`,
  () => {
    let bench: Workbench;
    beforeAll(async () => {
      bench = await openWorkbench({ runner: true });
    }, 2 * MINUTES);
    afterAll(() => bench?.close(), MINUTES);

    it(
      'begins with a model of others, and with groups where there are no answers',
      async () => {
        const flowers = join(datasets!, 'flowers-photo-subset');
        const model = join(datasets!, 'mobilenet-v1-025-224-tfjs');
        const listed = JSON.parse((await bench.trainyard(['weights', 'list', '--json'])).stdout);
        expect(listed).toMatchObject(
          ['mobilenet-v1', 'universal-sentence-encoder-lite'].map((backbone) => ({
            backbone,
            available: false,
          })),
        );
        const refused = await bench.trainyard(['train', flowers, '--template', 'picture-transfer', '--json']);
        expect([refused.code, refused.stdout]).toEqual([
          2,
          expect.stringContaining('npx trainyard weights add mobilenet-v1'),
        ]);
        const added = await bench.trainyard([
          'weights',
          'add',
          'mobilenet-v1',
          '--from',
          join(model, 'model.json'),
          '--json',
        ]);
        expect(JSON.parse(added.stdout)).toMatchObject({ backbone: 'mobilenet-v1', bytes: 885_560 });

        const begin = ['--import', model, '--until', 'gap', '--frozen'];
        const trained = await bench.trainyard(['train', flowers, ...begin, '--epochs', '20', '--json']);
        expect(trained.code, trained.stderr + trained.stdout).toBe(0);
        expect(JSON.parse(trained.stdout).metrics.test.accuracy).toBeGreaterThanOrEqual(0.5);

        const wines = join(datasets!, 'tabular-sklearn/wine.csv');
        const groups = await bench.trainyard([
          'train',
          wines,
          '--task',
          'clustering',
          '--deploy',
          'wines',
          '--json',
        ]);
        expect(groups.code, groups.stderr + groups.stdout).toBe(0);
        expect(Object.keys(JSON.parse(groups.stdout).metrics.test)).toEqual(['silhouette']);
        const rows = JSON.stringify(await firstRows(wines, 'none', 2));
        const predicted = await bench.trainyard(['predict', 'wines', '--json', '-'], rows);
        const { predictions } = PredictResponse.parse(JSON.parse(predicted.stdout));
        expect(predictions.map((one) => 'label' in one && one.label)).toEqual([
          expect.stringMatching(/^cluster [123]$/),
          expect.stringMatching(/^cluster [123]$/),
        ]);
      },
      2 * MINUTES,
    );

    it.each([
      {
        file: 'tabular-penguins/penguins.csv',
        target: 'species',
        endpoint: 'penguins',
        metric: 'accuracy',
        least: 0.96,
      },
      {
        file: 'tabular-sklearn/diabetes.csv',
        target: 'progression',
        endpoint: 'diabetes',
        metric: 'r2',
        least: 0.42,
      },
      {
        file: 'tabular-sklearn/breast_cancer.csv',
        target: 'diagnosis',
        endpoint: 'breast-cancer',
        metric: 'accuracy',
        least: 0.95,
      },
    ])(
      '$endpoint: test $metric ≥ $least, and the endpoint answers',
      async ({ file, target, endpoint, metric, least }) => {
        const path = join(datasets!, file);
        const words = ['train', path, '--target', target, '--on', 'runner', '--deploy', endpoint, '--json'];
        const { code, stdout, stderr } = await bench.trainyard(words);
        expect(code, stderr + stdout).toBe(0);
        const answer = JSON.parse(stdout);
        expect(Object.keys(answer)).toEqual(['run', 'model', 'metrics', 'endpoint']);
        expect(answer.metrics.test[metric]).toBeGreaterThanOrEqual(least);
        expect(answer.endpoint).toEqual({
          name: endpoint,
          url: `${bench.client.baseUrl}/v1/endpoints/${endpoint}/predict`,
        });

        // what the model said on its way has come from the runner
        const params = { run: answer.run };
        const { memoryBytes, progress } = await bench.client.call(getRun, { params });
        expect(memoryBytes).toBeGreaterThan(10_000);
        const last = (await bench.client.call(getRunSnapshots, { params })).at(-1)!;
        expect(last.step).toBe(progress!.step);
        expect(last.samples!.rows).toHaveLength(8);
        if (metric === 'accuracy') {
          const { counts } = last.confusion!;
          const right = counts.reduce((sum, said, place) => sum + said[place]!, 0);
          expect(right / counts.flat().reduce((a, b) => a + b)).toBeCloseTo(
            answer.metrics.validation.accuracy,
            6,
          );
        }

        const rows = await firstRows(path, target, 3);
        const predicted = await bench.trainyard(['predict', endpoint, '--json', '-'], JSON.stringify(rows));
        expect(predicted.code, predicted.stdout).toBe(0);
        const response = PredictResponse.parse(JSON.parse(predicted.stdout));
        expect(response.model).toEqual(answer.model);
        expect(response.predictions).toHaveLength(3);

        const wrong = (row: object) =>
          bench.trainyard(['predict', endpoint, '--json', '-'], JSON.stringify(row));
        const numeric = Object.keys(rows[0]!).find((name) => typeof rows[0]![name] === 'number')!;
        const unknown = await wrong({ ...rows[0], wingspan: 3 });
        expect([unknown.code, JSON.parse(unknown.stdout).error.message]).toEqual([
          2,
          expect.stringContaining('wingspan'),
        ]);
        const text = await wrong({ ...rows[0], [numeric]: 'heavy' });
        expect([text.code, JSON.parse(text.stdout).error.message]).toEqual([
          2,
          expect.stringContaining('heavy'),
        ]);
      },
      5 * MINUTES,
    );

    it('learns from texts, and answers for ones it has never seen', async () => {
      const path = join(datasets!, 'sentiment-sentences/sentences.tsv');
      const words = [
        'train',
        path,
        '--target',
        'label',
        '--template',
        'text-linear',
        '--deploy',
        'mood',
        '--json',
      ];
      const { code, stdout, stderr } = await bench.trainyard(words);
      expect(code, stderr + stdout).toBe(0);
      expect(JSON.parse(stdout).metrics.test.accuracy).toBeGreaterThan(0.76);
      const rows = [
        { source: 'imdb', text: 'A wonderful film, I love it' },
        { source: 'yelp', text: 'Terrible food and a rude waiter' },
      ];
      const predicted = await bench.trainyard(['predict', 'mood', '--json', '-'], JSON.stringify(rows));
      const { predictions } = PredictResponse.parse(JSON.parse(predicted.stdout));
      expect(predictions).toMatchObject([{ label: '1' }, { label: '0' }]);
    });

    it('keeps the versions of a pipeline, and tells what differs', async () => {
      const run = async (...words: string[]) => {
        const { code, stdout, stderr } = await bench.trainyard(words);
        expect(code, stderr + stdout).toBe(0);
        return stdout;
      };
      const spec = JSON.parse(await run('pipeline', 'show', 'penguins-species', '--json'));
      const file = join(bench.folder, 'wider.json');
      const [first, ...rest] = spec.model;
      await writeFile(file, JSON.stringify({ ...spec, model: [{ ...first, units: 48 }, ...rest] }));
      expect(await run('pipeline', 'push', 'penguins-species', file)).toBe('penguins-species@2\n');
      expect(await run('pipeline', 'push', 'penguins-species', file)).toBe('penguins-species@2\n');
      expect(await run('pipeline', 'diff', 'penguins-species@1', file)).toBe(
        `~ model: block 1, dense: units ${first.units} → 48\n`,
      );
      const versions = JSON.parse(await run('pipeline', 'versions', 'penguins-species', '--json'));
      expect(versions.map((one: { version: number }) => one.version)).toEqual([2, 1]);
      const missing = await bench.trainyard(['pipeline', 'show', 'penguins-species@7']);
      expect([missing.code, missing.stderr]).toEqual([
        2,
        expect.stringContaining('penguins-species has no version "7": expected one of 2, 1'),
      ]);
    });

    it('exports a model as code', async () => {
      const { code, stdout, stderr } = await bench.trainyard([
        'model',
        'export',
        'penguins@1',
        '--as',
        'pytorch',
      ]);
      expect(code, stderr).toBe(0);
      expect(stdout.trim().split('\n')).toEqual(
        ['preprocess.py', 'model.py', 'predict.py', 'requirements.txt', 'weights.safetensors'].map((name) =>
          join('penguins-pytorch', name),
        ),
      );
      expect(await readFile(join(bench.folder, 'penguins-pytorch/model.py'), 'utf8')).toContain('nn.Linear(');
    });

    it('exports a model as one file that predicts', async () => {
      const { code, stdout, stderr } = await bench.trainyard(['model', 'export', 'penguins@1', '--as', 'js']);
      expect(code, stderr).toBe(0);
      const file = join(bench.folder, 'penguins-js/penguins.js');
      expect(stdout.trim()).toBe(join('penguins-js', 'penguins.js'));
      const { predict } = (await import(file)) as { predict(rows: unknown): Promise<{ label: string }[]> };
      const rows = await firstRows(join(datasets!, 'tabular-penguins/penguins.csv'), 'species', 2);
      for (const { label } of await predict(rows)) expect(label).toBe('Adelie');
    });

    it('lists, promotes and shares traffic', async () => {
      const json = async (...words: string[]) =>
        JSON.parse((await bench.trainyard([...words, '--json'])).stdout);
      const [run] = (await json('run', 'list')).filter((one: { model: string }) => one.model === 'penguins');
      expect(run.state).toBe('succeeded');
      expect((await json('run', 'logs', run.id)).length).toBeGreaterThan(0);
      expect((await json('model', 'promote', 'penguins@1')).aliases).toEqual({ champion: 1 });
      const served = await json('deploy', 'penguins@champion', '--endpoint', 'penguins', '--traffic', '20');
      expect(served.deployments.map((one: { traffic: number }) => one.traffic)).toEqual([100]);
    });
  },
);

/** Rows as JSON without the target; cells that read as numbers are numbers, empty ones are missing. */
async function firstRows(path: string, target: string, count: number): Promise<Record<string, unknown>[]> {
  const [head, ...lines] = (await readFile(path, 'utf8')).trim().split(/\r?\n/);
  const names = head!.split(',');
  return lines.slice(0, count).map((line) => {
    const cells = line
      .split(',')
      .map((cell) => (cell === '' ? null : Number.isNaN(Number(cell)) ? cell : Number(cell)));
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]).filter(([name]) => name !== target));
  });
}
