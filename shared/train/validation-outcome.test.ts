import { expect, it, test } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { splitRows } from './split-rows.ts';
import { cloudsSpec, cloudsTable, finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';
import { validationOutcome, validationRows } from './validation-outcome.ts';

const table = cloudsTable(400);

async function trained(spec: PipelineSpec) {
  const training = trainPipeline([plainCandidate('here')], { spec, table, datasetSha256: 'a'.repeat(64) });
  return decodeArtifact((await finish(training)).artifact);
}

async function judged(spec: PipelineSpec) {
  const artifact = await trained(spec);
  const outcomes = validationOutcome(artifact, createPlainExecutor(), validationRows(spec, table));
  const told: number[] = [];
  for (;;) {
    const { done, value } = await outcomes.next();
    if (done) return { outcome: value, told, artifact };
    told.push(value);
  }
}

const trees = (change: object): PipelineSpec =>
  PipelineSpec.parse({
    ...cloudsSpec(),
    ...{ kind: 'estimator', model: { type: 'random-forest', trees: 20 }, training: { seed: 7 } },
    ...change,
  });
const looksBack = trees({
  ...{ task: 'regression', target: 'size', split: { validation: 0.2, test: 0.2, order: 'time' } },
  features: [{ column: 'size', history: 5, steps: [{ type: 'lags', lags: [1, 5] }] }],
});

test.each<[string, PipelineSpec]>([
  ['a network of classes', cloudsSpec()],
  ['a network of numbers', cloudsSpec({ task: 'regression', target: 'size' })],
  ['trees of classes', trees({})],
  ['trees of numbers', trees({ task: 'regression', target: 'size' })],
  ['what looks back', looksBack],
])('%s: judged once more, a model has the metrics that its training told', async (_, spec) => {
  const { outcome, told, artifact } = await judged(spec);
  expect(told).toEqual([64, told[1]]);
  expect(told[1]).toBe(outcome.truth.length);
  const metrics = evaluate(outcome);
  const { validation } = artifact.metrics;
  expect(Object.keys(metrics).sort()).toEqual(Object.keys(validation).sort());
  for (const [name, value] of Object.entries(metrics))
    expect(value, name).toBeCloseTo(validation[name as keyof typeof validation]!, 5);
});

it('tells where the rows stand in the data: after a history, so many further on', () => {
  const { rows, places } = validationRows(cloudsSpec(), table);
  expect(places).toEqual(rows);
  expect(rows).toEqual(splitRows(table, cloudsSpec()).validation);
  const back = validationRows(looksBack, table);
  // of 395 rows the last 79 are the test, the 79 before them these
  expect([back.rows[0], back.places[0], back.places.at(-1)]).toEqual([237, 242, 320]);
});

it('takes of very many rows some from among all', () => {
  const { rows } = validationRows(cloudsSpec(), cloudsTable(60_000));
  expect(rows.length).toBe(5000);
  expect(new Set(rows).size).toBe(5000);
});

it('refuses answers that nothing is known to be true of', async () => {
  const spec = trees({ task: 'clustering', target: 'group', model: { type: 'k-means', k: 2 } });
  await expect(judged(spec)).rejects.toThrow('clustering has neither classes nor numbers');
});
