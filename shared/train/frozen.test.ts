/** What is frozen stays as it is and is gone through once; what is given is where a training begins. */
import { describe, expect, it } from 'vitest';
import { decodeArtifact } from '../artifact/artifact.ts';
import { createPredictor } from '../artifact/predictor.ts';
import { decodeSafetensors, encodeSafetensors } from '../artifact/safetensors.ts';
import { loadDataset } from '../data/load-dataset.ts';
import { NetworkPipeline } from '../definition/pipeline-spec.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { splitFrozen } from '../model/frozen-part.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { sha256 } from '../sha256.ts';
import { finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

const dense = (units: number, more = {}) => ({
  type: 'dense' as const,
  units,
  activation: 'tanh' as const,
  ...more,
});
const shape = { inputShape: [2] };
const namesOf = (model: ModelSpec) => model.map(({ id }) => id);

describe('the frozen part of a model', () => {
  it('ends before the first entry that learns', () => {
    const parts = splitFrozen([dense(4, { frozen: true }), dense(3, { frozen: true }), dense(2)], shape)!;
    expect([namesOf(parts.frozen), namesOf(parts.rest)]).toEqual([['dense_1', 'dense_2'], ['dense_3']]);
  });

  it('is cut where one value crosses, or not at all', () => {
    const a = dense(4, { id: 'a', frozen: true });
    const b = dense(4, { id: 'b', frozen: true });
    const joined = { type: 'add' as const, id: 'c', inputs: ['a', 'b'] };
    expect(splitFrozen([a, b, joined], shape)).toBeNull();
    const parts = splitFrozen([a, b, { ...joined, frozen: true }, dense(3)], shape)!;
    expect(namesOf(parts.frozen)).toEqual(['a', 'b', 'c']);
    const late = splitFrozen([a, b, dense(4, { id: 'd' }), { ...joined, inputs: ['b', 'd'] }], shape)!;
    expect([namesOf(late.frozen), namesOf(late.rest)]).toEqual([['a'], ['b', 'd', 'c']]);
    expect(late.rest[0]!.inputs).toBeUndefined();
  });

  it('lets features through that what learns takes besides', () => {
    const features = ['p', 'q', 'r'].map((column, i) => ({ column, shape: [i + 1] }));
    const model: ModelSpec = [
      dense(4, { id: 'a', inputs: ['feature:r'], frozen: true }),
      { type: 'concatenate', id: 'b', inputs: ['feature:q', 'a'] },
      dense(3),
    ];
    const parts = splitFrozen(model, { inputShape: [6], features })!;
    expect(namesOf(parts.frozen)).toEqual(['a', 'frozen part']);
    expect(parts.rest.map(({ id, inputs }) => [id, inputs])).toEqual([
      ['b', ['feature:q', 'feature:']],
      ['dense_3', undefined],
    ]);
    expect(parts.features).toEqual([
      { column: '', shape: [4] },
      { column: 'q', shape: [2] },
    ]);
    // a picture cannot lie beside a row
    const picture = features.map((place) =>
      place.column === 'q' ? { column: 'q', shape: [1, 2, 1] } : place,
    );
    expect(splitFrozen(model, { inputShape: [6], features: picture })).toBeNull();
  });

  it('is nothing where nothing in it has weights, or nothing is frozen', () => {
    expect(
      splitFrozen([{ type: 'activation', activation: 'relu', frozen: true }, dense(2)], shape),
    ).toBeNull();
    expect(splitFrozen([dense(2)], shape)).toBeNull();
  });
});

const csv = `a,b,label\n${Array.from({ length: 80 }, (_, i) => {
  const [a, b] = [Math.sin(i * 3.1), Math.cos(i * 1.3)];
  return `${a.toFixed(3)},${b.toFixed(3)},${a * b > 0 ? 'same' : 'other'}\n`;
}).join('')}`;
const table = loadDataset(new TextEncoder().encode(csv), 'csv');

const given = new Map([
  ['first/kernel', { shape: [2, 6], data: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i + 1)) }],
  ['first/bias', { shape: [6], data: Float32Array.from({ length: 6 }, (_, i) => i / 10) }],
  ['output/kernel', { shape: [5, 7], data: new Float32Array(35) }], // of a head for other classes
]);
const file = encodeSafetensors(given);

const specOf = (frozen: boolean, training = {}) =>
  NetworkPipeline.parse({
    schemaVersion: 1,
    task: 'classification',
    target: 'label',
    features: ['a', 'b'].map((column) => ({ column, steps: [{ type: 'standardise' }] })),
    model: [dense(6, { id: 'first', frozen }), dense(5, { id: 'second' })],
    initialWeights: sha256(file),
    split: { validation: 0.2, test: 0.2 },
    training: {
      epochs: 30,
      batchSize: 8,
      optimizer: { type: 'adam', learningRate: 0.02 },
      seed: 3,
      earlyStopping: null,
      ...training,
    },
  });

async function train(spec: NetworkPipeline, weights = new Map([[sha256(file), file as Uint8Array]])) {
  const options = { spec, table, datasetSha256: '0'.repeat(64), weights };
  return decodeArtifact((await finish(trainPipeline([plainCandidate('here')], options))).artifact);
}

describe('a training that begins with weights', () => {
  it('leaves frozen ones as they were, and learns the others', async () => {
    const artifact = await train(specOf(true));
    for (const name of ['first/kernel', 'first/bias'])
      expect(artifact.parameters.get(name)!.data).toEqual(given.get(name)!.data);
    expect(artifact.metrics.test.accuracy).toBeGreaterThan(0.8);
    const rows = [{ a: 0.5, b: 0.5 }];
    const predictor = await createPredictor(artifact, createPlainExecutor());
    expect((await predictor.predict(rows))[0]).toMatchObject({ label: 'same' });
  });

  it('moves them where they are not frozen, and never by much at first', async () => {
    const artifact = await train(
      specOf(false, { epochs: 1, optimizer: { type: 'sgd', learningRate: 0.01 } }),
    );
    const kernel = artifact.parameters.get('first/kernel')!.data;
    const moved = Math.max(
      ...kernel.map((value, i) => Math.abs(value - given.get('first/kernel')!.data[i]!)),
    );
    expect(moved).toBeGreaterThan(1e-5);
    expect(moved).toBeLessThan(0.1);
  });

  it('learns the same whether the frozen part is cut off or not', async () => {
    const all = new Map([
      ...given,
      ['second/kernel', { shape: [6, 6], data: Float32Array.from({ length: 36 }, (_, i) => Math.cos(i)) }],
      [
        'output/kernel',
        { shape: [6, 2], data: Float32Array.from({ length: 12 }, (_, i) => Math.sin(2 * i)) },
      ],
    ]);
    const everything = encodeSafetensors(all);
    const files = new Map([[sha256(everything), everything as Uint8Array]]);
    const [first, second] = [dense(6, { id: 'first', frozen: true }), dense(6, { id: 'second' })];
    const spec = { ...specOf(true, { epochs: 3 }), initialWeights: sha256(everything) };
    // nothing is added, but by a block that looks back behind the cut
    const nothing = { type: 'rescaling' as const, scale: 0, offset: 0, id: 'nothing', inputs: ['first'] };
    const joined = [first, second, nothing, { type: 'add' as const, inputs: ['second', 'nothing'] }];
    expect([splitFrozen([first, second], shape), splitFrozen(joined, shape)]).toEqual([
      expect.anything(),
      null,
    ]);
    const cut = (await train({ ...spec, model: [first, second] }, files)).parameters.get('second/kernel')!;
    const whole = (await train({ ...spec, model: joined }, files)).parameters.get('second/kernel')!;
    const begun = all.get('second/kernel')!.data;
    expect(Math.max(...cut.data.map((value, i) => Math.abs(value - begun[i]!)))).toBeGreaterThan(0.01);
    for (const [i, value] of whole.data.entries()) expect(value).toBeCloseTo(cut.data[i]!, 5);
  });

  it('refuses what is missing, damaged or of another shape', async () => {
    const spec = specOf(true);
    await expect(train(spec, new Map())).rejects.toThrow(/the file of weights [0-9a-f]{64} was not given/);
    const damaged = new Map([
      [sha256(file), file.map((byte, i) => (i === file.length - 1 ? byte ^ 1 : byte))],
    ]);
    await expect(train(spec, damaged)).rejects.toThrow(/arrived damaged: its sha256 is/);
    const wide = { ...spec, model: [dense(9, { id: 'first' }), spec.model[1]!] };
    await expect(train(wide)).rejects.toThrow(
      'the initial weight "first/kernel" has the shape [2, 6], and the model needs [2, 9]',
    );
  });
});

describe('safetensors', () => {
  it('are read as they were written', () => {
    expect(decodeSafetensors(file)).toEqual(given);
  });

  it('are refused with the reason where they are not sound', () => {
    expect(() => decodeSafetensors(file.subarray(0, file.length - 4))).toThrow(
      /"output\/kernel" lies at \d+ to \d+, which is not what its shape takes/,
    );
    expect(() => decodeSafetensors(new Uint8Array(8).fill(255))).toThrow(/its header goes beyond its end/);
    expect(() => decodeSafetensors(new Uint8Array(3))).toThrow(/no safetensors file/);
  });
});
