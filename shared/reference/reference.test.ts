/**
 * One file and one line: a block, a step, an estimator and a template that stand in their lists and nowhere else are found in the
 * schema, in the checks, in what the page shows, in the advisor, in the code generator and in the reference.
 */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';

const block = {
  type: 'halve',
  summary: 'Takes half of everything.',
  params: z.strictObject({ type: z.literal('halve'), times: z.int().min(1).max(9).default(1) }),
  forward: (
    ops: { multiply(a: unknown, b: unknown): unknown; constant(value: number): unknown },
    [x]: unknown[],
    { times }: { times: number },
  ) => ops.multiply(x, ops.constant(0.5 ** times)),
  layer: ({ times }: { times: number }) => ({ className: 'Rescaling', config: { scale: 0.5 ** times } }),
};
const step = {
  type: 'negate',
  summary: 'Turns the sign round.',
  accepts: ['number'],
  gives: 'number',
  takesMissing: false,
  params: () => z.strictObject({ type: z.literal('negate') }),
  state: () => z.null(),
  fit: () => null,
  apply: ({ values }: { values: Float64Array }) => ({ type: 'number', values: values.map((x) => -x) }),
  python: () => '-x',
};
const template = {
  name: 'half-network',
  title: 'Half a network',
  summary: 'A network that halves.',
  needs: 'A table.',
  limits: 'It does little.',
  insight: 'none',
  misfit: () => null,
  build: ({ task, target, features }: { task: string; target: string; features: unknown[] }) => ({
    schemaVersion: 1,
    task,
    target,
    features: features.map((feature) => ({ ...(feature as object), steps: [{ type: 'negate' }] })),
    model: [{ type: 'halve', times: 2 }],
    split: { validation: 0.2, test: 0.2 },
    training: {
      epochs: 2,
      batchSize: 16,
      optimizer: { type: 'adam', learningRate: 0.01 },
      seed: 1,
      earlyStopping: null,
    },
  }),
};

beforeEach(() => {
  vi.resetModules();
  vi.doMock('../model/blocks/list.ts', async (original) => {
    const { blocks } = await original<typeof import('../model/blocks/list.ts')>();
    return { blocks: [...blocks, block] };
  });
  vi.doMock('../pipeline/steps/list.ts', async (original) => {
    const { STEPS } = await original<typeof import('../pipeline/steps/list.ts')>();
    return { STEPS: [...STEPS, step] };
  });
  vi.doMock('../templates/list.ts', async (original) => {
    const { templates } = await original<typeof import('../templates/list.ts')>();
    return { templates: [...templates, template] };
  });
});
afterEach(() => vi.doUnmock('../model/blocks/list.ts'));

const csv = `a,b,label\n${Array.from({ length: 60 }, (_, i) => `${i},${(i * 7) % 11},${i % 2 ? 'yes' : 'no'}\n`).join('')}`;

describe('a new block, step and template', () => {
  it('are in the schema and in the reference', async () => {
    const { pipelineJsonSchema } = await import('../definition/json-schema.ts');
    const { referenceText } = await import('./reference.ts');
    const schema = JSON.stringify(pipelineJsonSchema());
    for (const type of ['halve', 'negate']) expect(schema).toContain(`"const":"${type}"`);
    expect(referenceText()).toContain(
      '- **halve**: Takes half of everything. `times` (whole number from 1 to 9, by default `1`)',
    );
    expect(referenceText()).toContain('- **negate**: Turns the sign round.\n');
    expect(referenceText()).toContain('- **half-network**: A network that halves. *Needs:* A table.');
  });

  it('are advised, described block by block, trained, and written as code', async () => {
    const { profileBytes } = await import('../data/profile-dataset.ts');
    const { loadDataset } = await import('../data/load-dataset.ts');
    const { advise } = await import('../templates/advise.ts');
    const { describeModel } = await import('../model/describe-model.ts');
    const { inputOf } = await import('../definition/check-pipeline.ts');
    const { NetworkPipeline } = await import('../definition/pipeline-spec.ts');
    const { trainPipeline } = await import('../train/train-pipeline.ts');
    const { plainCandidate } = await import('../executors/plain/plain-candidate.ts');
    const { decodeArtifact } = await import('../artifact/artifact.ts');
    const { exporters } = await import('../export/list.ts');

    const bytes = new TextEncoder().encode(csv);
    const profile = profileBytes(bytes, 'csv');
    const advice = advise(profile, { target: 'label' }).find((one) => one.template.name === 'half-network')!;
    const spec = NetworkPipeline.parse(advice.spec);
    const [entry] = describeModel(spec.model, inputOf(spec.features, profile));
    expect(entry).toMatchObject({ type: 'halve', shape: [2], error: null });

    const table = loadDataset(bytes, 'csv');
    const training = trainPipeline([plainCandidate('here')], { spec, table, datasetSha256: '0'.repeat(64) });
    let next = await training.next();
    while (!next.done) next = await training.next();
    const artifact = decodeArtifact(next.value.artifact);
    expect(artifact.fitted.features[0]!.steps).toEqual([{ spec: { type: 'negate' }, state: null }]);

    const keras = exporters.find(({ name }) => name === 'keras')!;
    const text = keras.files(artifact, 'half').map(({ bytes }) => new TextDecoder().decode(bytes));
    expect(text.join('\n')).toContain('layers.Rescaling(scale=0.25');
    expect(text.join('\n')).toContain('x = -x');
  });
});

it('docs/reference.md is what the lists say; `npm run reference` writes it anew', async () => {
  vi.doUnmock('../model/blocks/list.ts');
  vi.doUnmock('../pipeline/steps/list.ts');
  vi.doUnmock('../templates/list.ts');
  vi.resetModules();
  const { referenceText } = await import('./reference.ts');
  expect(await readFile(new URL('../../docs/reference.md', import.meta.url), 'utf8')).toBe(referenceText());
});
