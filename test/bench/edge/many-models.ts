/** Memory of workerd once it has answered for 1, 100 and 1,000 different small models in one isolate. */
import { createModelProject, deployTrained } from '../../helpers/edge-scenario.ts';
import { mlpTabular } from '../models/bench-model.ts';
import { exampleWeights } from '../models/example-weights.ts';
import { type Row, rowsOf } from '../rows.ts';
import { CASES } from './cases.ts';
import { bundleHello } from './contestants.ts';
import { numbers } from './datasets.ts';
import { fitOwnModel, ownArtifact } from './own-model.ts';
import { type OwnServer, startOwnServer } from './own-server.ts';
import { OURS } from './race.ts';
import { ask, type Request } from './request.ts';
import { startWorker } from './worker.ts';
import { withWorkerd } from './workerd-memory.ts';

const COUNTS = [1, 100, 1000];
const AT_ONCE = 8; // are published

export async function manyModels(): Promise<Row[]> {
  const megabytes = (one: string, metric: string, value: number) =>
    rowsOf('models', metric, { unit: 'MB', values: { [one]: [value] } });
  const rows: Row[] = [];
  const hello = await withWorkerd(async () => startWorker(await bundleHello()));
  await ask(hello.server.origin, { path: '/', headers: {}, body: null });
  rows.push(...megabytes('hono-hello', 'memory-0', await hello.memory()));
  await hello.server.close();

  const publishing = await startOwnServer();
  await publishMany(publishing, COUNTS.at(-1)!);
  const { server, memory } = await withWorkerd(() => publishing.restart());
  try {
    const request = server.allowed((await CASES.mlp()).ownRequest);
    let called = 0;
    for (const count of COUNTS) {
      for (; called < count; called++) await ask(server.origin, at(request, called));
      rows.push(...megabytes(OURS, `memory-${count}`, await memory()));
    }
  } finally {
    await server.close();
  }
  return rows;
}

const nameOf = (place: number): string => `small-${place}`;
const at = (request: Request, place: number): Request => ({
  ...request,
  path: `/v1/endpoints/${nameOf(place)}/predict`,
});

/** All of one definition, each with weights of its own. */
async function publishMany({ api }: OwnServer, count: number): Promise<void> {
  const model = mlpTabular(3);
  const dataset = numbers(model, 300, [{ type: 'standardise' }]);
  const own = fitOwnModel(model, dataset);
  const project = await createModelProject(api, 'small', { ...dataset, spec: own.spec });
  let published = 0;
  const publishSome = async () => {
    for (let place = published++; place < count; place = published++) {
      const trained = ownArtifact(own, dataset, exampleWeights(model, place + 1));
      await deployTrained(api, project, nameOf(place), trained);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, publishSome));
}
