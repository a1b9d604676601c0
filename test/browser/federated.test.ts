/** Tabs that train one network of rows that never leave them: as good as if all rows were in one place, and nothing of them on the wire. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../shared/api/client.ts';
import { listTeam } from '../../shared/api/routes/averaging.ts';
import { getModelArtifact } from '../../shared/api/routes/models.ts';
import { getPipelineVersion, putPipeline } from '../../shared/api/routes/pipelines.ts';
import { createProject } from '../../shared/api/routes/projects.ts';
import { createRun, getRun, getRunSnapshots } from '../../shared/api/routes/runs.ts';
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import type { NetworkPipeline, PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { createWasmExecutor } from '../../shared/executors/wasm/wasm-executor.ts';
import { createRandom } from '../../shared/graph/random.ts';
import type { Run } from '../../shared/schema/run.ts';
import { sha256 } from '../../shared/sha256.ts';
import { finish } from '../../shared/train/train-fixtures.ts';
import { trainPipeline } from '../../shared/train/train-pipeline.ts';
import { pushDataset } from '../helpers/edge-scenario.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import { signIn } from './journey.ts';
import { startTrainyard, type TestTrainyard } from './local.ts';
import { hurry, keptRuns } from './steered-runs.ts';

const TRAINED_WITHIN_MS = 150_000;
const KERNELS = new URL('../../shared/executors/wasm/dist/kernels.wasm', import.meta.url);

interface Row {
  a: string;
  b: string;
  /** Of no use to the model. */
  patient: string;
  label: string;
}

/** Points on either side of a line, with some room between; `who` is in each row. */
function rowsOf(who: string, count: number, seed: number): Row[] {
  const random = createRandom(seed);
  const rows: Row[] = [];
  while (rows.length < count) {
    const [a, b] = [random(), random()];
    if (Math.abs(a + b - 1) < 0.08) continue;
    const label = a + b > 1 ? 'high' : 'low';
    rows.push({ a: a.toFixed(9), b: b.toFixed(9), patient: `${who}-${rows.length}-${seed}`, label });
  }
  return rows;
}

const csvOf = (rows: readonly Row[]): string =>
  `a,b,patient,label\n${rows.map(({ a, b, patient, label }) => `${a},${b},${patient},${label}`).join('\n')}\n`;
const bytesOf = (rows: readonly Row[]) => new TextEncoder().encode(csvOf(rows));

const PUBLIC = rowsOf('public', 40, 1);
const CLINICS = [rowsOf('adelaide', 160, 2), rowsOf('bergen', 160, 3)];
const UNSEEN = rowsOf('unseen', 400, 4);

const spec = (epochs: number): NetworkPipeline => ({
  schemaVersion: 1,
  task: 'classification',
  target: 'label',
  features: ['a', 'b'].map((column) => ({ column, steps: [{ type: 'standardise' }] })),
  model: [{ type: 'dense', units: 8, activation: 'relu' }],
  split: { validation: 0.2, test: 0.2 },
  training: {
    ...{ epochs, batchSize: 4, seed: 1, earlyStopping: null },
    optimizer: { type: 'adam', learningRate: 0.01 },
  },
});

/** All that a page and its workers send: addresses, headers, bodies, messages. */
function watch(page: Page) {
  const sent: Buffer[] = [];
  const paths: string[] = [];
  page.on('request', (request: Request) => {
    paths.push(`${request.method()} ${new URL(request.url()).pathname}`);
    sent.push(Buffer.from(`${request.url()}\n${JSON.stringify(request.headers())}`));
    const body = request.postDataBuffer();
    if (body) sent.push(body);
  });
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => void sent.push(Buffer.from(payload as string))),
  );
  return { sent, paths };
}

/** What of the rows is in anything that was sent: as text, or as a number's bytes. */
function foundIn(sent: readonly Buffer[], rows: readonly Row[]): string[] {
  const all = Buffer.concat(sent);
  const single = (text: string) => Buffer.from(Float32Array.of(Number(text)).buffer);
  const double = (text: string) => Buffer.from(Float64Array.of(Number(text)).buffer);
  return rows
    .flatMap(({ a, b, patient }) => [a, b, patient])
    .filter(
      (text) =>
        all.includes(text) ||
        (Number.isFinite(Number(text)) && (all.includes(single(text)) || all.includes(double(text)))),
    );
}

async function startWasm() {
  return createWasmExecutor(await WebAssembly.compile(await readFile(KERNELS)));
}

/** Of the rows that nobody has learnt from. */
async function accuracyOf(artifact: Uint8Array): Promise<number> {
  const predictor = await createPredictor(decodeArtifact(artifact), await startWasm());
  const told = await predictor.predict(UNSEEN.map(({ a, b }) => ({ a: Number(a), b: Number(b) })));
  const right = told.filter((one, i) => 'label' in one && one.label === UNSEEN[i]!.label);
  return right.length / UNSEEN.length;
}

/** Of a training that has all rows in one place. */
async function centralAccuracy(pipeline: PipelineSpec): Promise<number> {
  const bytes = bytesOf([...PUBLIC, ...CLINICS.flat()]);
  const options = { spec: pipeline, table: loadDataset(bytes, 'csv'), datasetSha256: sha256(bytes) };
  const wasm = { name: 'wasm', device: 'test', start: startWasm };
  return accuracyOf((await finish(trainPipeline([wasm], options))).artifact);
}

describe.skipIf(!hasChromium)('tabs with rows of their own', { timeout: 300_000 }, () => {
  let trainyard: TestTrainyard;
  let browser: Browser;
  let api: Client;

  beforeAll(async () => {
    trainyard = await startTrainyard();
    browser = await launchChromium();
    api = createClient({ baseUrl: trainyard.url, token: trainyard.ownerToken });
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
  });

  const read = ({ id }: Pick<Run, 'id'>) => api.call(getRun, { params: { run: id } });
  const teamOf = ({ id }: Pick<Run, 'id'>) => api.call(listTeam, { params: { run: id } });
  const pageOf = (project: string, { id }: Run) => `${trainyard.url}/projects/${project}/runs/${id}`;

  async function publish(project: string) {
    await api.call(createProject, { body: { name: project } });
    return pushDataset(api, project, { bytes: bytesOf(PUBLIC) });
  }

  async function open(address: string, prepare: (page: Page) => Promise<void> = async () => {}) {
    const opened = await openPage(browser);
    await prepare(opened.page);
    const watched = watch(opened.page);
    await signIn(opened.page, trainyard.url, trainyard.ownerToken);
    await opened.page.goto(address);
    return { ...opened, ...watched };
  }

  const choose = (page: Page, text: string, name = 'rows.csv') =>
    page
      .locator('input[type=file][aria-label=Files]')
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

  async function join(page: Page, rows: readonly Row[]) {
    await choose(page, csvOf(rows));
    await page.getByText(`${rows.length} rows, and all of them fit`).waitFor();
    await page.getByRole('button', { name: 'Train with these rows' }).click();
  }

  const stepOf = async (run: Run) => (await read(run)).progress?.step ?? 0;
  const untilSucceeded = (run: Run) =>
    expect.poll(async () => (await read(run)).state, { timeout: TRAINED_WITHIN_MS }).toBe('succeeded');

  it('begun in the page, they learn as much as one that has all rows, and send none of them', async () => {
    await publish('clinics');
    const lead = await open(`${trainyard.url}/projects/clinics/datasets/points/train?target=label`);
    await lead.page.getByRole('radio', { name: /^Boosted trees/ }).click();
    expect(await lead.page.getByRole('radio', { name: /^Several tabs/ }).isDisabled()).toBe(true);
    await lead.page.getByText('is fitted by one alone').waitFor();
    await lead.page.getByRole('radio', { name: /^Neural network for tables/ }).click();
    await lead.page.getByRole('radio', { name: /^Several tabs/ }).click();
    const numbers = { Epochs: '6', 'Batch size': '4', 'Learning rate': '0.01', Participants: '65' };
    for (const [name, value] of Object.entries(numbers))
      await lead.page.getByLabel(name, { exact: true }).fill(value);
    await lead.page.getByText('A whole number from 2 to 64').waitFor();
    expect(await lead.page.getByRole('button', { name: 'Start training' }).isDisabled()).toBe(true);
    await lead.page.getByLabel('Participants').fill('3');
    await shoot(lead.page, 'federated-train');
    await lead.page.getByRole('button', { name: 'Start training' }).click();
    await lead.page.getByRole('heading', { name: 'Workers' }).waitFor();
    await lead.page.getByText('waiting for other workers').first().waitFor();
    await shoot(lead.page, 'federated-waiting');
    const run = await read({ id: lead.page.url().split('/').at(-1)! });
    const team = await teamOf(run);
    expect(team.map(({ on }) => on)).toEqual(['browser', 'browser', 'browser']);

    const helpers = await Promise.all(team.slice(1).map((member) => open(pageOf('clinics', member))));
    const [first, second] = helpers as [(typeof helpers)[0], (typeof helpers)[0]];
    const alert = first.page.getByRole('alert');
    expect(await first.page.getByRole('button', { name: /Train it|Go on on a runner/ }).count()).toBe(0);
    await choose(first.page, csvOf(CLINICS[0]!).replace('label', 'outcome'), 'adelaide-secret.csv');
    await alert.getByText('column "label": it is not in the file').waitFor();
    await choose(first.page, csvOf(CLINICS[0]!).replace(/high/, 'adelaide-class'));
    await alert.getByText('column "label": the class "adelaide-class" of row').waitFor();
    await shoot(first.page, 'federated-refused');
    await join(first.page, CLINICS[0]!);
    await join(second.page, CLINICS[1]!);
    await first.page.getByText(/^Engine: /).waitFor();
    await shoot(first.page, 'federated-training');

    await untilSucceeded(run);
    for (const helper of team.slice(1)) await untilSucceeded(helper);
    await lead.page.getByRole('heading', { name: 'Test', exact: true }).waitFor();
    await shoot(lead.page, 'federated-done');
    await first.page.getByText('succeeded').first().waitFor();
    await shoot(first.page, 'federated-helped');

    for (const [i, { sent, paths }] of helpers.entries()) {
      expect(foundIn(sent, CLINICS[i]!)).toEqual([]);
      const all = Buffer.concat(sent);
      for (const told of ['adelaide-', 'secret.csv', sha256(bytesOf(CLINICS[i]!))])
        expect(all.includes(told)).toBe(false);
      // it did see what was sent: each round's weights, and the curves
      const rounds = paths.filter((path) => /^PUT .*\/rounds\/\d+$/.test(path));
      expect(rounds.length).toBeGreaterThan(15);
      expect(Math.max(...sent.map(({ length }) => length))).toBeGreaterThan(300);
      expect(all.includes('"points":[')).toBe(true);
      expect(
        paths.filter((path) => /checkpoint|artifact|snapshots$/.test(path) && !path.startsWith('GET')),
      ).toEqual([]);
      expect(await api.call(getRunSnapshots, { params: { run: team[i + 1]!.id } })).toEqual([]);
    }
    // of what anyone may see it does find it
    expect(foundIn([Buffer.from(csvOf(PUBLIC))], PUBLIC)).toHaveLength(3 * PUBLIC.length);

    const { modelVersion, pipelineVersion } = await read(run);
    const artifact = await api.call(getModelArtifact, { params: { version: modelVersion! } });
    const together = await accuracyOf(new Uint8Array(await artifact.arrayBuffer()));
    const { spec: pipeline } = await api.call(getPipelineVersion, { params: { version: pipelineVersion } });
    expect(together).toBeGreaterThan(0.95);
    expect(Math.abs(together - (await centralAccuracy(pipeline)))).toBeLessThanOrEqual(0.02);
    for (const { errors, page } of [lead, ...helpers]) {
      expect(errors).toEqual([]);
      await page.context().close();
    }
  });

  it('go on without one that is closed; one that is loaded again asks for its rows, and is back', async () => {
    const dataset = await publish('leaving');
    const params = { project: 'leaving', pipeline: 'points' };
    const pipeline = await api.call(putPipeline, { params, body: spec(25) });
    const run = await api.call(createRun, {
      params: { project: 'leaving' },
      body: {
        ...{ datasetVersion: dataset.id, pipelineVersion: pipeline.id, model: 'points', on: 'browser' },
        averaging: { workers: 3, rows: 'private', deadlineSeconds: 3, epochsPerRound: 1 },
      },
    });
    const team = await teamOf(run);
    const [lead, leaving, staying] = await Promise.all(
      team.map((member) => open(pageOf('leaving', member), hurry)),
    );
    await lead!.page.getByRole('button', { name: 'Train it in this tab' }).click();
    await join(leaving!.page, CLINICS[0]!);
    await join(staying!.page, CLINICS[1]!);
    await expect.poll(() => stepOf(team[1]!), { timeout: 60_000 }).toBeGreaterThan(50);
    await leaving!.page.context().close();
    await expect.poll(() => keptRuns(staying!.page)).toContain(team[2]!.id);

    const before = await stepOf(run);
    await expect.poll(() => stepOf(run), { timeout: 60_000 }).toBeGreaterThan(before + 20);
    expect((await read(run)).state).toBe('running');

    await staying!.page.reload();
    await staying!.page.getByRole('heading', { name: 'The rows, once more' }).waitFor();
    await shoot(staying!.page, 'federated-again');
    await join(staying!.page, CLINICS[1]!);
    await staying!.page.getByText(/^Engine: /).waitFor();
    await untilSucceeded(run);
    await untilSucceeded(team[2]!);
    expect((await read(team[2]!)).attempts).toBe(1);
    const { modelVersion } = await read(run);
    const artifact = await api.call(getModelArtifact, { params: { version: modelVersion! } });
    expect(await accuracyOf(new Uint8Array(await artifact.arrayBuffer()))).toBeGreaterThan(0.95);
    for (const { errors, sent, page } of [lead!, staying!]) {
      expect(errors).toEqual([]);
      expect(foundIn(sent, CLINICS[1]!)).toEqual([]);
      await page.context().close();
    }
  });

  it('fail without telling the server why, ask anew, and do not begin by themselves', async () => {
    const dataset = await publish('failing');
    const params = { project: 'failing', pipeline: 'points' };
    const pipeline = await api.call(putPipeline, { params, body: spec(2) });
    const body = { datasetVersion: dataset.id, pipelineVersion: pipeline.id, model: 'points' };
    const run = await api.call(createRun, {
      params: { project: 'failing' },
      body: { ...body, on: 'browser', averaging: { workers: 2, rows: 'private' } },
    });
    const helper = (await teamOf(run))[1]!;
    const { page, sent } = await open(pageOf('failing', helper));
    const folder = await mkdtemp(joinPath(tmpdir(), 'trainyard-rows-'));
    const path = joinPath(folder, 'adelaide.csv');
    await writeFile(path, csvOf(CLINICS[0]!));
    await page.locator('input[type=file][aria-label=Files]').setInputFiles(path);
    await page.getByText('and all of them fit').waitFor();
    await writeFile(path, `${csvOf(CLINICS[0]!)}0.1,0.2,late,low\n`);
    await page.getByRole('button', { name: 'Train with these rows' }).click();
    await page.getByText('The run could not go on in this tab').waitFor();
    await page.getByText(/could not be read|has changed/).waitFor();
    expect(await read(helper)).toMatchObject({
      state: 'failed',
      message: 'the tab that has the rows could not train on them; why is said there, and nowhere else',
    });

    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('heading', { name: 'Rows that stay here' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Rows that stay here' }).waitFor();
    expect((await read(helper)).state).toBe('queued');
    expect(foundIn(sent, CLINICS[0]!)).toEqual([]);
    await rm(folder, { recursive: true });
    await page.context().close();
  });
});
