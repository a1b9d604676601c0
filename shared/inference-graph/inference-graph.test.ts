/** Graphs of models whose answers are said by hand. */
import { expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { createRandom } from '../graph/random.ts';
import { CONDITION_OPS, type GraphStep, InferenceGraph } from '../schema/inference-graph.ts';
import type { ModelFace } from '../schema/model.ts';
import type { InputField, Instance, OutputSpec, Prediction } from '../schema/prediction.ts';
import { checkGraph } from './check-graph.ts';
import { combine } from './combine.ts';
import { prepareGraph } from './run-graph.ts';

const text = (name: string): InputField => ({ type: 'text', name, optional: false, example: 'hello' });
const number = (name: string, min = 0, max = 1): InputField => ({
  ...{ type: 'number', name, optional: false, min, max, example: min },
});
const classes = (...names: string[]): OutputSpec => ({ task: 'classification', target: 't', classes: names });
const surely = (label: string, p: number, other: string): Prediction => ({
  ...{ label, probabilities: { [label]: p, [other]: 1 - p } },
});

/** By name: what it takes and gives, and what it answers. */
const MODELS: Record<string, [InputField[], OutputSpec, (row: Instance) => Prediction]> = {
  intent: [
    [text('text')],
    classes('buy', 'ask'),
    ({ text }) => surely(String(text).includes('price') ? 'buy' : 'ask', 0.9, 'other'),
  ],
  reply: [
    [
      text('text'),
      { type: 'category', name: 'intent', optional: false, categories: ['ask', 'buy'], example: 'ask' },
    ],
    { task: 'translation', target: 'reply', tokens: 9, length: 4 },
    ({ text, intent }) => ({ text: `${intent}: ${text}`, score: 1 }),
  ],
  small: [[number('x', 0, 4)], classes('no', 'yes'), ({ x }) => surely('yes', Number(x) / 4, 'no')],
  large: [[number('x', 1, 9)], classes('no', 'yes'), () => surely('no', 0.99, 'yes')],
  price: [
    [number('x'), number('y')],
    { task: 'regression', target: 'p' },
    (row) => ({ value: Number(row.x) + Number(row.y) }),
  ],
  rent: [[number('x')], { task: 'regression', target: 'r' }, ({ x }) => ({ value: 10 * Number(x) })],
  dogs: [[number('x')], classes('pug', 'husky'), () => surely('pug', 0.75, 'husky')],
};

const faceOf = ({ model = '' }: Pick<GraphStep, 'model'>): ModelFace => {
  const found = MODELS[model];
  if (!found) throw new AppError('not_found', `there is no model "${model}"`);
  return { name: model, version: 1, inputs: found[0], output: found[1] };
};
const graphOf = (nodes: object) => InferenceGraph.parse({ nodes });
function run(nodes: object, instances: Instance[], random = 0) {
  return prepareGraph(graphOf(nodes), faceOf).run(instances, {
    predict: ({ name }, rows) => rows.map(MODELS[name]![2]),
    random: () => random,
  });
}

test('a sequence hands an answer on under another name', async () => {
  const nodes = {
    root: {
      type: 'sequence',
      steps: [{ model: 'intent' }, { model: 'reply', inputs: { intent: 'intent.label' } }],
    },
  };
  expect(checkGraph(graphOf(nodes), faceOf)).toEqual({ inputs: [text('text')], output: MODELS.reply![1] });
  const { predictions, steps } = await run(nodes, [{ text: 'the price?' }, { text: 'why?' }]);
  expect(predictions.map((one) => 'text' in one && one.text)).toEqual(['buy: the price?', 'ask: why?']);
  expect(steps).toEqual([
    { step: 'root/intent', model: { name: 'intent', version: 1 }, instances: [0, 1] },
    { step: 'root/reply', model: { name: 'reply', version: 1 }, instances: [0, 1] },
  ]);
});

test('a cascade asks the large model where the small one is not sure', async () => {
  const condition = { field: 'response.confidence', op: '<', value: 0.8 };
  const nodes = { root: { type: 'sequence', steps: [{ model: 'small' }, { model: 'large', condition }] } };
  const face = checkGraph(graphOf(nodes), faceOf);
  expect(face.inputs).toEqual([{ ...number('x', 0, 9) }]);
  // 4/4 and 0/4 are sure, 2/4 is not
  const { predictions, steps } = await run(nodes, [{ x: 4 }, { x: 2 }, { x: 0 }]);
  expect(predictions).toEqual([surely('yes', 1, 'no'), surely('no', 0.99, 'yes'), surely('yes', 0, 'no')]);
  expect(steps.map(({ instances }) => instances)).toEqual([[0, 1, 2], [1]]);
});

test('a switch goes by a field of the request or of an answer, and answers in all classes', async () => {
  const nodes = {
    root: {
      type: 'switch',
      steps: [
        { model: 'dogs', condition: { any: [{ field: 'request.kind', op: 'in', value: ['dog', 'puppy'] }] } },
        { model: 'small' },
      ],
    },
  };
  expect(checkGraph(graphOf(nodes), faceOf)).toEqual({
    inputs: [{ type: 'text', name: 'kind', optional: true, example: 'dog' }, number('x', 0, 4)],
    output: classes('pug', 'husky', 'no', 'yes'),
  });
  const { predictions, steps } = await run(nodes, [{ x: 1 }, { x: 4, kind: 'puppy' }]);
  expect(predictions).toEqual([
    { label: 'yes', probabilities: { pug: 0, husky: 0, no: 0.75, yes: 0.25 } },
    { label: 'pug', probabilities: { pug: 0.75, husky: 0.25, no: 0, yes: 0 } },
  ]);
  expect(steps.map(({ step, instances }) => [step, instances])).toEqual([
    ['root/dogs', [1]],
    ['root/small', [0]],
  ]);
});

test('an ensemble combines by weighted mean or by vote', async () => {
  const root = { type: 'ensemble', steps: [{ model: 'price', weight: 3 }, { model: 'rent' }] };
  // (3 × (2 + 4) + 20) ÷ 4
  expect((await run({ root }, [{ x: 2, y: 4 }])).predictions).toEqual([{ value: 9.5 }]);
  const voted = combine(
    [[surely('a', 0.51, 'b')], [surely('a', 0.51, 'b')], [surely('b', 0.99, 'a')]],
    [1, 1, 1],
    'vote',
  );
  expect(voted).toEqual([{ label: 'a', probabilities: { a: 2 / 3, b: 1 / 3 } }]);
  const mean = combine([[surely('a', 0.5, 'b')], [surely('b', 0.75, 'a')]], [1, 3], 'mean');
  // a: (0.5 + 3 × 0.25) ÷ 4
  expect(mean).toEqual([{ label: 'b', probabilities: { a: 0.3125, b: 0.6875 } }]);
});

test('a splitter goes by weight, and with a key always the same way', async () => {
  const steps = [
    { model: 'price', weight: 30 },
    { name: 'second', model: 'price', weight: 70 },
  ];
  const taken = async (root: object, rows: Instance[], random: number) =>
    (await run({ root }, rows, random)).steps.map(({ step, instances }) => [step, instances.length]);
  const row = { x: 1, y: 1 };
  expect(await taken({ type: 'splitter', steps }, [row, row], 0.29)).toEqual([['root/price', 2]]);
  expect(await taken({ type: 'splitter', steps }, [row, row], 0.31)).toEqual([['root/second', 2]]);
  const sticky = { type: 'splitter', key: 'request.user', steps };
  const users = Array.from({ length: 1000 }, (_, user) => ({ ...row, user }));
  const [[, first]] = (await taken(sticky, users, 0)) as [[string, number]];
  expect(Math.abs(Number(first) - 300)).toBeLessThan(60); // 4 standard deviations of 14.5
  expect(await taken(sticky, users, 0.9)).toEqual(await taken(sticky, users, 0));
});

test('nodes within nodes see what was answered before them', async () => {
  const nodes = {
    root: { type: 'sequence', steps: [{ name: 'first', model: 'intent' }, { node: 'by-intent' }] },
    'by-intent': {
      type: 'switch',
      steps: [
        { model: 'rent', condition: { field: 'response.label', op: '==', value: 'buy' } },
        { name: 'sure', model: 'rent', inputs: { x: 'first.confidence' } },
      ],
    },
  };
  const { predictions } = await run(nodes, [{ text: 'price', x: 3 }, { text: 'why' }]);
  expect(predictions).toEqual([{ value: 30 }, { value: 9 }]);
  const { inputs } = checkGraph(graphOf(nodes), faceOf);
  expect(inputs).toEqual([text('text'), { ...number('x'), optional: true }]);
});

const sequence = (...steps: object[]) => ({ root: { type: 'sequence', steps } });
test.each<[string, object, RegExp]>([
  ['no root', { other: sequence({ model: 'price' }).root }, /no node "root"; there are "other"/],
  [
    'an unknown node',
    sequence({ node: 'gone' }),
    /graph\.nodes\.root: there is no node "gone"; there are "root"/,
  ],
  ['an unknown model', sequence({ model: 'gone' }), /no model "gone"/],
  ['a circle', { ...sequence({ node: 'a' }), a: sequence({ node: 'root' }).root }, /root → a → root/],
  [
    'a node that is never reached',
    { ...sequence({ model: 'price' }), a: sequence({ model: 'price' }).root },
    /nodes\.a: no step leads to it/,
  ],
  ['a step of nothing', sequence({ name: 'x' }), /exactly one of "model" and "node"/],
  ['two steps of one name', sequence({ model: 'price' }, { model: 'price' }), /two steps are called "price"/],
  [
    'an input that the model has not',
    sequence({ model: 'price', inputs: { z: 'request.z' } }),
    /"price" takes no "z"; it takes "x", "y"/,
  ],
  [
    'an input that is missing',
    sequence({ model: 'price' }, { model: 'rent', data: 'response' }),
    /root\.rent\.inputs\.x: "rent" needs it, and the step before answers with "value"/,
  ],
  [
    'a text as a number',
    sequence({ model: 'intent' }, { model: 'rent', inputs: { x: 'response.label' } }),
    /x: it is number, and response\.label is text/,
  ],
  [
    'a class that is unknown',
    sequence({ model: 'small' }, { model: 'reply', inputs: { intent: 'small.label' } }),
    /small\.label may be "no"; the model knows "ask", "buy"/,
  ],
  [
    'a step that has not answered',
    sequence({ model: 'rent', inputs: { x: 'price.value' } }),
    /no step "price" has answered before it; expected a path that begins with "request"/,
  ],
  [
    'a first step with a condition',
    sequence({ model: 'price', condition: { field: 'request.x', op: '<', value: 1 } }),
    /first step of a sequence has a condition/,
  ],
  [
    'a class that is never said',
    sequence(
      { model: 'small' },
      { model: 'large', condition: { field: 'response.label', op: '==', value: 'maybe' } },
    ),
    /never "maybe"; it may be "no", "yes"/,
  ],
  [
    'an order of texts',
    sequence(
      { model: 'small' },
      { model: 'large', condition: { field: 'response.confidence', op: '<', value: 'a' } },
    ),
    /"<" with "a"; expected number/,
  ],
  [
    'a switch without an end',
    {
      root: {
        type: 'switch',
        steps: [{ model: 'rent', condition: { field: 'request.x', op: '<', value: 1 } }],
      },
    },
    /expected it without a condition/,
  ],
  [
    'an ensemble of two tasks',
    { root: { type: 'ensemble', steps: [{ model: 'rent' }, { model: 'small' }] } },
    /root\.small: it answers with classification, not regression as "rent"/,
  ],
  [
    'an ensemble of other classes',
    { root: { type: 'ensemble', steps: [{ model: 'small' }, { model: 'dogs' }] } },
    /its classes are "pug", "husky", not "no", "yes"/,
  ],
  [
    'a vote over numbers',
    { root: { type: 'ensemble', combine: 'vote', steps: [{ model: 'rent' }] } },
    /regression by "vote"; what can be combined is classification \(mean, vote\) and regression \(mean\)/,
  ],
  [
    'ends of two tasks',
    { root: { type: 'splitter', steps: [{ model: 'rent' }, { model: 'small' }] } },
    /regression or classification; expected one task/,
  ],
])('refuses %s', (_, nodes, message) => {
  expect(() => checkGraph(graphOf(nodes), faceOf)).toThrow(message);
});

test('refuses at a request what no step takes, and says what a model says with the place that the row was sent in', async () => {
  const nodes = {
    root: {
      type: 'switch',
      steps: [{ model: 'price', condition: { field: 'request.x', op: '<', value: 1 } }, { model: 'rent' }],
    },
  };
  await expect(run(nodes, [{ x: 1, z: 2 }])).rejects.toThrow('unknown feature "z"; accepted are "x", "y"');
  const failing = prepareGraph(graphOf(nodes), faceOf).run([{ x: 0 }, { x: 2 }], {
    random: Math.random,
    predict({ name }, rows) {
      if (name === 'price') return rows.map(() => ({ value: 0 }));
      throw new AppError('invalid_data', 'instances[0] is odd', { details: { instance: 0 } });
    },
  });
  await expect(failing).rejects.toMatchObject({
    ...{ code: 'invalid_data', message: 'instances[1] is odd (step root/rent)' },
    details: { instance: 1, step: 'root/rent' },
  });
});

test('whatever a graph says, it is refused with words or runs', async () => {
  const names = ['root', 'a', 'b', ...Object.keys(MODELS), 'gone', 'constructor'];
  const paths = ['request.x', 'request.text', 'response.label', 'response.value', 'intent.confidence', 'a.b'];
  let [passed, refused] = [0, 0];
  for (let seed = 0; seed < 3000; seed++) {
    const random = createRandom(seed, 77);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
    const maybe = (share: number, more: object) => (random() < share ? more : {});
    const condition = () => ({
      ...{ field: pick(paths), op: pick(CONDITION_OPS) },
      value: pick<unknown>([0.5, 'buy', 'yes', ['yes', 'no'], true]),
    });
    const step = () => ({
      ...(random() < 0.8 ? { model: pick(Object.keys(MODELS)) } : { node: pick(names) }),
      ...maybe(0.5, { name: pick(['one', 'two', 'three', 'intent']) }),
      ...maybe(0.2, { data: pick(['request', 'response']) }),
      ...maybe(0.3, { inputs: { [pick(['x', 'y', 'intent', 'text'])]: pick(paths) } }),
    });
    const node = () => {
      const type = pick(['sequence', 'switch', 'splitter', 'ensemble'] as const);
      const isAsked = type === 'sequence' || type === 'switch';
      const count = 1 + Math.floor(random() * 3);
      const steps = Array.from({ length: count }, (_, i) => {
        const isLast = i === count - 1;
        const asks = type === 'switch' ? !isLast : i > 0 && random() < 0.3;
        return { ...step(), ...(isAsked && asks && { condition: condition() }) };
      });
      return { type, steps };
    };
    const nodes = { root: node(), ...maybe(0.4, { a: node() }), ...maybe(0.2, { b: node() }) };
    try {
      const { predictions } = await run(nodes, [{}, {}]);
      expect(predictions).toHaveLength(2);
      passed++;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused++;
    }
  }
  expect(Math.min(passed, refused)).toBeGreaterThan(200);
});
