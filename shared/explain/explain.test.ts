/** Attributions of models whose answers can be worked out by hand. */
import { expect, test } from 'vitest';
import type { Image } from '../data/table.ts';
import type { InputField, Instance, OutputSpec, Prediction } from '../schema/prediction.ts';
import { type ExplainedModel, explain } from './explain.ts';
import { requireExplainable } from './explainable.ts';
import { shapleyValues } from './shapley.ts';
import { spansOf, without } from './words.ts';

const number = (name: string, example: number): InputField => ({
  ...{ type: 'number', name, optional: true, min: 0, max: 9, example },
});
const VALUE: OutputSpec = { task: 'regression', target: 'y' };
const CLASSES: OutputSpec = { task: 'classification', target: 'y', classes: ['good', 'bad'] };

/** Says also how many rows it was asked for. */
function modelOf(inputs: InputField[], output: OutputSpec, answer: (row: Instance) => Prediction) {
  const asked = { rows: 0 };
  const model: ExplainedModel = {
    ...{ inputs, output },
    async predict(rows) {
      asked.rows += rows.length;
      return rows.map(answer);
    },
  };
  return { model, asked };
}
async function explained({ model }: ReturnType<typeof modelOf>, instance: Instance, options: object = {}) {
  const predictions = await model.predict([instance]);
  return (await explain(model, [instance], predictions, { seed: 1, ...options }))[0]!;
}

test('a linear model: w · (x − baseline), however many fields', async () => {
  const few = modelOf([number('a', 1), number('b', 2), number('c', 3)], VALUE, ({ a, b, c }) => ({
    value: 10 + 2 * Number(a) - 3 * Number(b) + 0.5 * Number(c),
  }));
  // medians 1, 2, 3; the third field is its median
  expect(await explained(few, { a: 4, b: 1, c: 3 })).toEqual({
    ...{ base: 7.5, value: 16.5, method: 'exact' },
    features: { a: expect.closeTo(6, 12), b: expect.closeTo(3, 12), c: 0 },
  });
  expect(await explained(few, { a: 4, b: 1, c: 3 }, { baseline: { a: 0, c: 1 } })).toMatchObject({
    ...{ base: 4.5, value: 16.5 },
    features: { a: expect.closeTo(8, 12), b: expect.closeTo(3, 12), c: expect.closeTo(1, 12) },
  });
  const weights = Array.from({ length: 40 }, (_, i) => i - 20);
  const many = modelOf(
    weights.map((_, i) => number(`x${i}`, 1)),
    VALUE,
    (row) => ({ value: weights.reduce((sum, w, i) => sum + w * Number(row[`x${i}`]), 0) }),
  );
  const { features, method } = await explained(many, Object.fromEntries(weights.map((_, i) => [`x${i}`, i])));
  expect(method).toBe('sampled');
  for (const [i, w] of weights.entries()) expect(features[`x${i}`]).toBeCloseTo(w * (i - 1), 8);
  expect(many.asked.rows).toBeLessThanOrEqual(4097);
});

test('fields that act together share what they do', async () => {
  // The game of gloves: two hold a left one, one a right one, and a pair is worth 1. By hand: 1/6, 1/6, 4/6.
  const gloves = async (coalitions: readonly Uint8Array[]) =>
    coalitions.map(([a, b, right]) => Math.min(Math.max(a!, b!), right!));
  const { values } = await shapleyValues(3, gloves, { most: 8, seed: 1 });
  expect([...values]).toEqual([1 / 6, 1 / 6, 4 / 6].map((share) => expect.closeTo(share, 12)));
  const sampled = await shapleyValues(3, gloves, { most: 7, seed: 1 });
  expect(sampled.method).toBe('sampled');
  expect(sampled.values.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  // a product: (3 − 1)(5 − 1) is shared alike, and each has its own part: 2 · 1 and 1 · 4
  const product = modelOf([number('a', 1), number('b', 1)], VALUE, ({ a, b }) => ({
    value: Number(a) * Number(b),
  }));
  expect((await explained(product, { a: 3, b: 5 })).features).toEqual({ a: 2 + 4, b: 4 + 4 });
});

test('drawn orders are those of the seed, and add up', async () => {
  const inputs = Array.from({ length: 14 }, (_, i) => number(`x${i}`, 0));
  const largest = modelOf(inputs, VALUE, (row) => ({
    value: Math.max(...Object.values(row).map(Number)) ** 2,
  }));
  const instance = Object.fromEntries(inputs.map(({ name }, i) => [name, i + 1]));
  const first = await explained(largest, instance);
  expect(first.method).toBe('sampled');
  expect(Object.values(first.features).reduce((a, b) => a + b)).toBeCloseTo(14 ** 2, 9);
  expect(await explained(largest, instance)).toEqual(first);
  expect((await explained(largest, instance, { seed: 2 })).features).not.toEqual(first.features);
});

test('words: what the answer loses without them', async () => {
  const mood = modelOf(
    [{ type: 'text', name: 'text', optional: false, example: 'x' }],
    CLASSES,
    ({ text }) => {
      const words = String(text).split(/\W+/);
      const good = 0.5 + 0.25 * Number(words.includes('sunny')) - 0.125 * Number(words.includes('but'));
      return { label: good >= 0.5 ? 'good' : 'bad', probabilities: { good, bad: 1 - good } };
    },
  );
  expect(await explained(mood, { text: 'sunny, but cold' })).toEqual({
    ...{ class: 'good', base: 0.5, value: 0.625, method: 'exact', features: { text: 0.125 } },
    words: {
      text: [
        { text: 'sunny', start: 0, end: 5, effect: 0.25 },
        { text: 'but', start: 7, end: 10, effect: -0.125 },
        { text: 'cold', start: 11, end: 15, effect: 0 },
      ],
    },
  });
  expect(await explained(mood, { text: 'sunny' }, { class: 'bad' })).toMatchObject({
    ...{ class: 'bad', features: { text: -0.25 } },
  });
});

test('texts are cut into words, and long ones into several together', () => {
  expect(spansOf("don't 犬猫 a-b 12", 9).map(({ text }) => text)).toEqual(["don't", '犬', '猫', 'a-b', '12']);
  expect(spansOf('a b c d e', 2).map(({ text }) => text)).toEqual(['a b c', 'd e']);
  expect(without('a b c', { text: 'b', start: 2, end: 3 })).toBe('a c');
});

test('pictures: parts that are hidden', async () => {
  // Bright where x = y = 0; the model looks at that pixel alone.
  const picture: Image = { width: 16, height: 16, channels: 1, data: new Uint8Array(256) };
  picture.data[0] = 255;
  const corner = modelOf(
    [{ type: 'image', name: 'image', width: 16, height: 16, channels: 1 }],
    VALUE,
    ({ image }) => ({ value: (image as Image).data[0]! }),
  );
  const { parts, features, base } = await explained(corner, { image: picture });
  // the mean, 255 ÷ 256, is 1 in whole numbers
  expect([base, features]).toEqual([1, { image: 254 }]);
  expect(
    parts!
      .image!.flat()
      .map((effect, i) => (effect !== 0 ? [i, effect] : 0))
      .filter(Boolean),
  ).toEqual([[0, 254]]);
  expect([parts!.image!.length, parts!.image![0]!.length]).toEqual([8, 8]);
});

test('what was left out stays out', async () => {
  const missing = modelOf([number('a', 1), number('b', 2)], VALUE, ({ a, b }) => ({
    value: Number(a) + (b === undefined ? 100 : Number(b)),
  }));
  expect(await explained(missing, { a: 3 })).toMatchObject({ base: 101, value: 103, features: { a: 2 } });
});

test.each<[string, InputField[], OutputSpec, object, number, RegExp]>([
  ['too many instances', [number('a', 1)], VALUE, {}, 17, /17 instances; at most 16/],
  [
    'a translation',
    [number('a', 1)],
    { task: 'translation', target: 't', tokens: 4, length: 4 },
    {},
    1,
    /task is translation/,
  ],
  ['a sound', [{ type: 'audio', name: 's', seconds: 1 }], VALUE, {}, 1, /"s" is a sound/],
  [
    'a class that is not there',
    [number('a', 1)],
    CLASSES,
    { class: 'odd' },
    1,
    /no "odd"; expected "good", "bad"/,
  ],
  ['a class of numbers', [number('a', 1)], VALUE, { class: 'odd' }, 1, /no "odd"; expected none/],
  [
    'a baseline of another field',
    [number('a', 1)],
    VALUE,
    { baseline: { z: 1 } },
    1,
    /no feature "z"; expected "a"/,
  ],
  [
    'too many fields',
    Array.from({ length: 3000 }, (_, i) => number(`x${i}`, 1)),
    VALUE,
    {},
    1,
    /3000 fields takes 6000 predictions/,
  ],
])('refuses %s', async (_, inputs, output, options, count, message) => {
  const { model } = modelOf(inputs, output, () => ({ value: 0 }));
  const row = Object.fromEntries(inputs.map(({ name }) => [name, 5]));
  const rows = new Array(count).fill(row);
  const explaining = async () => {
    const asked = { seed: 1, ...options };
    requireExplainable(model, rows, asked);
    const answers = rows.map(() => ({ value: 0 }));
    return explain(model, rows, answers, asked);
  };
  await expect(explaining()).rejects.toThrow(message);
});
