import { describe, expect, it } from 'vitest';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import { estimators } from '../estimators/list.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import { advise } from '../templates/advise.ts';
import { candidatesFor } from './auto/candidates.ts';
import { nextInRace, type Race, type RaceTrial } from './auto/race.ts';
import { checkSweep } from './check-sweep.ts';
import { cellOf } from './dimension.ts';
import { suggestSpace } from './suggest-space.ts';
import { sweepOf, trialOf } from './tune-fixtures.ts';

const number = { type: 'number' as const, missing: 0, distinct: 300, distinctCapped: false, top: [] };
const profile: DatasetProfile = {
  rows: 600,
  columns: [
    ...['a', 'b', 'c'].map((name) => ({ ...number, name, min: 0, max: 1, mean: 0.5, image: null })),
    {
      ...{
        name: 'kind',
        type: 'category' as const,
        missing: 0,
        distinct: 2,
        distinctCapped: false,
        image: null,
      },
      ...{
        top: [
          { value: 'x', count: 300 },
          { value: 'y', count: 300 },
        ],
        min: null,
        max: null,
        mean: null,
      },
    },
  ],
  preview: [],
};
const advised = advise(profile, { target: 'kind' });

describe('a space for every template of a table', () => {
  it.each(advised.map(({ template, spec }) => [template.name, spec] as const))('%s', (_, spec) => {
    const space = suggestSpace(spec);
    expect(Object.keys(space).length).toBeGreaterThan(0);
    // every point that is drawn makes a definition
    expect(() =>
      checkSweep(sweepOf({ parameters: space, objective: [{ metric: 'accuracy', goal: 'maximize' }] }), spec),
    ).not.toThrow();
  });

  it('of a network its rate, batches, widths and dropout, each around what it is', () => {
    const { spec } = advised.find(({ template }) => template.name === 'table-network')!;
    const space = suggestSpace(spec);
    expect(space).toMatchObject({
      'training.optimizer.learningRate': { type: 'float', min: 3e-4, max: 0.03, log: true },
      'training.batchSize': { type: 'choice', values: [16, 32, 64, 128] },
      'model.0.units': { type: 'int', min: 8, max: 128, log: true },
      'model.1.rate': { type: 'float', min: 0, max: 0.6 },
      'model.2.units': { type: 'int', min: 4, max: 64 },
    });
    const at = (path: string) => path.split('.').reduce((whole: never, key) => whole[key], spec as never);
    for (const [path, dimension] of Object.entries(space)) {
      if (path !== 'training.l2') expect(cellOf(dimension, at(path))).not.toBeNull();
    }
  });

  it('leaves alone widths that hang together, and what is frozen', () => {
    const { spec } = advised.find(({ template }) => template.name === 'table-network')!;
    const dense = { type: 'dense', units: 8 };
    const paths = (model: object[]) =>
      Object.keys(suggestSpace(PipelineSpec.parse({ ...spec, model }))).filter((path) =>
        path.startsWith('model'),
      );
    expect(
      paths([
        { ...dense, id: 'a' },
        { ...dense, id: 'b' },
        { type: 'add', inputs: ['a', 'b'] },
      ]),
    ).toEqual([]);
    expect(paths([{ ...dense, frozen: true }, dense])).toEqual(['model.1.units']);
  });

  it.each(estimators.map((estimator) => [estimator.type, estimator] as const))(
    '%s: names its own parameters',
    (_, estimator) => {
      expect(Object.keys(estimator.space).length).toBeGreaterThan(0);
    },
  );
});

describe('a race of templates', () => {
  const candidates = candidatesFor(profile, { target: 'kind' }, { seconds: 1000, place: 'runner' });
  const race: Race = {
    candidates,
    objective: { metric: 'accuracy', goal: 'maximize' },
    seconds: 100,
    seed: 1,
  };
  const names = candidates.map(({ template }) => template);
  /** Each training takes a second and is as accurate as its template is. */
  function run(accuracies: Readonly<Record<string, number>>, change: Partial<Race> = {}): RaceTrial[] {
    const trials: RaceTrial[] = [];
    for (;;) {
      const next = nextInRace({ ...race, ...change }, trials);
      if (typeof next === 'string') return trials;
      const number = trials.length;
      const accuracy = accuracies[next.template] ?? 0.5;
      trials.push({ ...trialOf(number, [accuracy], { measures: { trainingSeconds: 1 } }), ...next });
    }
  }

  it('begins with the advisor’s order, and tries each as it is', () => {
    expect(names).toEqual(advised.map(({ template }) => template.name));
    const first = run({}).slice(0, names.length);
    expect(first.map(({ template, parameters }) => ({ template, parameters }))).toEqual(
      names.map((template) => ({ template, parameters: {} })),
    );
  });

  it('narrows to the best, which has all the time that is left', () => {
    const trials = run({ 'table-forest': 0.9, 'table-trees': 0.8 });
    const counts = Object.fromEntries(
      names.map((name) => [name, trials.filter(({ template }) => template === name).length]),
    );
    expect(trials.length).toBe(100);
    expect(counts).toEqual({
      ...Object.fromEntries(names.map((name) => [name, 1])),
      'table-forest': 101 - names.length,
    });
  });

  it('goes on from its records as if it had never stopped', () => {
    const whole = run({ 'table-linear': 0.9 }, { seconds: 30 });
    for (const cut of [1, 7, 20]) {
      const next = nextInRace({ ...race, seconds: 30 }, JSON.parse(JSON.stringify(whole.slice(0, cut))));
      expect(next).toEqual({ template: whole[cut]!.template, parameters: whole[cut]!.parameters });
    }
  });

  it('waits for a round to end, leaves out what would take too long, and ends without a winner where all fail', () => {
    const begun = names.map(
      (template, i): RaceTrial => ({ ...trialOf(i, [], { state: 'running' }), template }),
    );
    expect(nextInRace(race, begun)).toBe('wait');
    const slow = candidates.map((one, i) => ({ ...one, seconds: i === 0 ? 1000 : 1 }));
    expect(nextInRace({ ...race, candidates: slow }, [])).toMatchObject({ template: names[1] });
    const failed = begun.map((trial) => ({ ...trial, state: 'failed' as const }));
    expect(nextInRace(race, failed)).toBe('exhausted');
  });

  it('takes the quickest where the time allows none', () => {
    const quick = candidatesFor(profile, { target: 'kind' }, { seconds: 1e-9, place: 'browser' });
    expect(quick).toHaveLength(1);
  });
});
