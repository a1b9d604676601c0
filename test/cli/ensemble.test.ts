/** `train --auto`: models are put together where that is better than the best alone, and not where it is not. Real server, runner, data. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Judged, judgeTrials } from '../../cli/judge-trials.ts';
import { getDataset } from '../../shared/api/routes/datasets.ts';
import { getEndpoint, predict } from '../../shared/api/routes/endpoints.ts';
import { getRun } from '../../shared/api/routes/runs.ts';
import { getSweep, listSweeps } from '../../shared/api/routes/sweeps.ts';
import { readPiece } from '../../shared/batch/cut-rows.ts';
import { instancesOfRows } from '../../shared/batch/row-instances.ts';
import { createRandom } from '../../shared/graph/random.ts';
import { faceOf } from '../../shared/inference-graph/endpoint-face.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import type { SweepTrial } from '../../shared/schema/sweep-view.ts';
import { ensembleCandidates } from '../../shared/tune/ensemble-candidates.ts';
import { openWorkbench, type Workbench } from './trainyard.ts';

/** A long sum, which lines find and trees do not, and two that go up and down, which trees find and lines do not; with noise. */
function sums(): string {
  const random = createRandom(1);
  const wave = (x: number) => (Math.floor(3 * x) % 2 ? 5 : -5);
  const rows = Array.from({ length: 1200 }, () => {
    const x = Array.from({ length: 32 }, random);
    const line = x.slice(0, 30).reduce((sum, value, i) => sum + (i % 2 ? -10 : 10) * value, 0);
    const noise = 4 * (random() + random() + random() + random() - 2);
    return [...x, line + wave(x[30]!) + wave(x[31]!) + noise].map((value) => value.toFixed(4));
  });
  const names = [...Array.from({ length: 32 }, (_, i) => `x${i}`), 'y'];
  return `${[names, ...rows].map((cells) => cells.join(',')).join('\n')}\n`;
}

const datasets = process.env.TRAINYARD_DATASETS;
const MINUTES = 60_000;
const project = 'default';

describe.skipIf(!datasets)(
  `train --auto${datasets ? '' : ' (skipped: TRAINYARD_DATASETS is not set)'}`,
  () => {
    let bench: Workbench;
    beforeAll(async () => {
      bench = await openWorkbench({ runner: true });
    }, 2 * MINUTES);
    afterAll(() => bench?.close(), MINUTES);

    /** What the models say of the validation rows, as the command works it out. */
    async function judge(
      dataset: string,
      trials: readonly SweepTrial[],
      note: (text: string) => void = () => {},
    ): Promise<Judged> {
      const { latest } = await bench.client.call(getDataset, { params: { project, dataset } });
      return judgeTrials({ client: bench.client, output: { note } }, latest, trials);
    }

    /** What the endpoint says of those rows. */
    async function ask(name: string, file: string, places: Uint32Array): Promise<Prediction[]> {
      const params = { endpoint: name };
      const { inputs } = faceOf(await bench.client.call(getEndpoint, { params }));
      const { names, rows } = readPiece(await readFile(file), 'csv', null);
      const asked = Array.from(places, (place) => rows[place]!);
      const { instances } = instancesOfRows(inputs, names, asked, {});
      return (await bench.client.call(predict, { params, body: { instances } })).predictions;
    }

    it(
      'numbers: the endpoint answers with the weighted mean that was chosen',
      async () => {
        const file = join(bench.folder, 'sums.csv');
        await writeFile(file, sums());
        const words = ['--target', 'y', '--auto', '--budget', '40s', '--deploy', 'both', '--json'];
        const { code, stdout, stderr } = await bench.trainyard(['train', file, ...words]);
        expect(code, stderr + stdout).toBe(0);
        expect(stderr).toMatch(/^predicting .*validation rows/m);
        const { ensemble, leaderboard } = JSON.parse(stdout);
        expect(ensemble).toMatchObject({ reason: null, metric: 'rmse', rows: 180 });
        expect(ensemble.heldOut.ensemble).toBeLessThan(ensemble.heldOut.single);
        const shares: number[] = ensemble.members.map((one: { share: number }) => one.share);
        expect(shares.length).toBeGreaterThan(1);
        expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        expect(
          ensemble.graph.nodes.root.steps.map(({ version, weight }: Record<string, number>) => [
            version,
            weight,
          ]),
        ).toEqual(
          ensemble.members.map((one: { model: { version: number }; share: number }) => [
            one.model.version,
            one.share,
          ]),
        );

        const members = ensemble.members.map(({ trial }: { trial: number }) =>
          leaderboard.find(({ number }: SweepTrial) => number === trial),
        );
        const { rows, trials } = await judge('sums', members);
        const said = await ask('both', file, rows);
        expect(said).toHaveLength(rows.length);
        for (const [row, one] of said.entries()) {
          const mean = trials.reduce(
            (sum, { outcome }, i) => sum + shares[i]! * ('values' in outcome ? outcome.values[row]! : 0),
            0,
          );
          expect('value' in one && one.value).toBeCloseTo(mean, 6);
        }
      },
      3 * MINUTES,
    );

    it(
      'classes: no ensemble where one model errs nowhere; any other weights are served as they are given',
      async () => {
        const file = join(datasets!, 'tabular-sklearn/wine.csv');
        const train = (...words: string[]) =>
          bench.trainyard(['train', file, '--target', 'cultivar', '--auto', ...words]);
        const { code, stdout, stderr } = await train('--budget', '20s', '--deploy', 'wine');
        expect(code, stderr + stdout).toBe(0);
        expect(stdout).toContain('no ensemble: no mean of its models is better than the best alone');
        const alone = await bench.client.call(getEndpoint, { params: { endpoint: 'wine' } });
        expect([alone.graph, alone.deployments.length]).toEqual([null, 1]);

        const found = (await bench.client.call(listSweeps, { params: { project } })).find(
          ({ model }) => model === 'wine',
        )!;
        const detail = await bench.client.call(getSweep, { params: { sweep: found.id } });
        const { rows, trials } = await judge('wine', ensembleCandidates(detail).slice(0, 2));
        const weights = [3, 1];
        const steps = trials.map(({ version: { name, version } }, i) => ({
          ...{ name: `v${version}`, model: name, version, weight: weights[i] },
        }));
        const graph = JSON.stringify({ nodes: { root: { type: 'ensemble', steps } } });
        const put = await bench.trainyard(['deploy', '--endpoint', 'wine', '--graph', '-'], graph);
        expect([put.code, put.stdout], put.stderr).toEqual([
          0,
          expect.stringMatching(/ensemble +wine@\d+, weight 3\n +wine@\d+, weight 1\n/),
        ]);
        const { classes } = alone.deployments[0]!.modelVersion.output as { classes: string[] };
        for (const [row, one] of (await ask('wine', file, rows)).entries()) {
          for (const [c, name] of classes.entries()) {
            const [p, q] = trials.map(({ outcome }) =>
              'probabilities' in outcome ? outcome.probabilities[row * classes.length + c]! : Number.NaN,
            ) as [number, number];
            expect('probabilities' in one && one.probabilities[name]).toBeCloseTo((3 * p + q) / 4, 6);
          }
        }

        // a model of another seed was validated by other rows
        const words = ['train', file, '--target', 'cultivar', '--seed', '9', '--json'];
        const { run } = JSON.parse((await bench.trainyard(words)).stdout);
        const { modelVersion } = await bench.client.call(getRun, { params: { run } });
        const [first] = trials.map(({ trial }) => trial) as [SweepTrial];
        const notes: string[] = [];
        const odd = { ...first, number: 99, modelVersion };
        const judged = await judge('wine', [first, odd], (text) => notes.push(text));
        expect(judged.trials).toHaveLength(1);
        expect(notes).toEqual([
          `trial 99 is left out of the ensemble: it was validated by other rows than trial ${first.number}`,
        ]);

        const plain = await train('--budget', '2s', '--no-ensemble', '--deploy', 'wine', '--json');
        expect(plain.code, plain.stderr).toBe(0);
        expect(JSON.parse(plain.stdout).ensemble).toBeNull();
        const again = await bench.client.call(getEndpoint, { params: { endpoint: 'wine' } });
        expect(again.graph).toBeNull();
      },
      3 * MINUTES,
    );
  },
);
