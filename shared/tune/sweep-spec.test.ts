import { expect, it } from 'vitest';
import { SweepSpec } from './sweep-spec.ts';

const x = { type: 'float', min: 0, max: 1 };
const optimizer = { type: 'choice', values: ['sgd', 'adam'] };
const good = { parameters: { x }, objective: [{ metric: 'loss', goal: 'minimize' }], budget: { trials: 5 } };
const within = (parameters: object) => ({ ...good, parameters });
const when = (parameter: string, ...values: unknown[]) => ({ ...x, when: { parameter, in: values } });
const nested: unknown = JSON.parse('['.repeat(5000) + ']'.repeat(5000));

it('fills in what most searches want', () => {
  expect(SweepSpec.parse(good)).toMatchObject({
    sampler: { type: 'tpe', seed: 1, startupTrials: 10 },
    scheduler: { type: 'none' },
    ...{ parallel: 1, constraints: [] },
  });
});

it.each<[string, object, string]>([
  ['no parameters', within({}), 'parameters: there are 0; expected 1 to 64'],
  [
    'a path that is none',
    within({ 'a..b': x }),
    'parameters.a..b: "a..b" is no path; expected names with dots',
  ],
  ['a prototype', within({ 'a.__proto__.b': x }), '"a.__proto__.b" is no path'],
  [
    'ends the wrong way round',
    within({ x: { ...x, min: 2 } }),
    'parameters.x.min: 2 is above max, 1; expected at most',
  ],
  [
    'a logarithm of nothing',
    within({ x: { ...x, log: true } }),
    'parameters.x.min: 0 has no logarithm; with "log" expected a number above 0',
  ],
  [
    'a logarithm with steps',
    within({ x: { type: 'int', min: 1, max: 9, step: 2, log: true } }),
    'parameters.x.step: 2 cannot go with "log"',
  ],
  [
    'half a unit',
    within({ x: { type: 'int', min: 0.5, max: 9 } }),
    'parameters.x.min: Invalid input: expected int',
  ],
  [
    'lists in lists',
    within({ x: { type: 'choice', values: [nested] } }),
    'parameters.x.values.0: expected JSON of at most 32',
  ],
  [
    'too few labels',
    within({ x: { type: 'choice', values: [1, 2], labels: ['one'] } }),
    'parameters.x.labels: there are 1 for 2 values; expected one for each',
  ],
  [
    'a condition on nothing',
    within({ x: when('y', 1), optimizer }),
    'parameters.x.when.parameter: there is no parameter "y"; expected one of optimizer',
  ],
  [
    'a condition that never holds',
    within({ x: when('optimizer', 'lion'), optimizer }),
    'parameters.x.when.in: "optimizer" is never "lion"; it is one of "sgd", "adam"',
  ],
  [
    'conditions in a circle',
    within({ a: when('b', 0.5), b: when('a', 0.5), c: when('a', 0.5) }),
    'parameters.a.when.parameter: "a" depends on itself by way of a, b, c; expected a parameter that does not',
  ],
  [
    'a metric that there is not',
    { ...good, objective: [{ metric: 'luck', goal: 'maximize' }] },
    'objective.0.metric: Invalid option',
  ],
  [
    'the same objective twice',
    { ...good, objective: [good.objective[0], good.objective[0]] },
    'objective.1.metric: "loss" is there twice',
  ],
  [
    'a scheduler of two objectives',
    {
      ...good,
      objective: [...good.objective, { metric: 'accuracy', goal: 'maximize' }],
      scheduler: { type: 'asha', maxEpochs: 9 },
    },
    'scheduler.type: "asha" compares trials by one number, and there are 2 objectives; expected "none"',
  ],
  ['no end', { ...good, budget: {} }, 'budget: it has no limit; expected "trials", "epochs" or "seconds"'],
  [
    'rungs above the top',
    { ...good, scheduler: { type: 'hyperband', minEpochs: 10, maxEpochs: 9 } },
    'scheduler.minEpochs: 10 is above maxEpochs, 9; expected at most that',
  ],
  [
    'perturbing what is not there',
    { ...good, scheduler: { type: 'population', interval: 1, maxEpochs: 9, perturb: ['y'] } },
    'scheduler.perturb: there is no parameter "y"; there are x',
  ],
  [
    'a sampler that there is not',
    { ...good, sampler: { type: 'genetic' } },
    "sampler.type: Invalid discriminator value. Expected 'tpe' | 'random' | 'grid'",
  ],
])('refuses %s', (_, spec, message) => {
  const told = SweepSpec.safeParse(spec).error!.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
  expect(told.join('\n')).toContain(message);
});

it('takes a chain of conditions', () => {
  const chain = {
    c: when('b', 3),
    b: { type: 'int', min: 1, max: 4, when: { parameter: 'a', in: [2] } },
    a: { type: 'choice', values: [1, 2] },
  };
  expect(SweepSpec.safeParse(within(chain)).success).toBe(true);
});
