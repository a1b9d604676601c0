/** What the advisor says of data of several kinds, and that each template it names can be trained as it is. */
import { describe, expect, it } from 'vitest';
import { profileBytes } from '../data/profile-dataset.ts';
import { checkPipeline } from '../definition/check-pipeline.ts';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import { isSupervised } from '../schema/task.ts';

import { type Advice, advise, fromTemplate, type Question } from './advise.ts';

import { templates } from './list.ts';

function tableOf(rows: number, columns = 2): DatasetProfile {
  const names = Array.from({ length: columns }, (_, c) => `x${c}`);
  const line = (i: number) =>
    [...names.map((_, c) => (i * 7 + c * 13) % 101), i % 2 ? 'yes' : 'no'].join(',');
  const text = [[...names, 'label'].join(','), ...Array.from({ length: rows }, (_, i) => line(i)), ''].join(
    '\n',
  );
  return profileBytes(new TextEncoder().encode(text), 'csv');
}

function textsOf(rows: number, labels = ['good', 'bad']): DatasetProfile {
  const words = ['what a fine day it is today', 'the film was long and very dull'];
  const text = `text\tlabel\n${Array.from({ length: rows }, (_, i) => `${words[i % 2]} ${i}\t${labels[i % labels.length]}\n`).join('')}`;
  return profileBytes(new TextEncoder().encode(text), 'tsv');
}

const INTENTS = Array.from({ length: 9 }, (_, i) => `intent ${i}`);

/** A sentence and something else of each row's own. */
function pairsOf(rows: number, answer: (row: number) => string): DatasetProfile {
  const lines = Array.from({ length: rows }, (_, i) => `This is number ${i}.\t${answer(i)}\n`);
  return profileBytes(new TextEncoder().encode(`said\tlabel\n${lines.join('')}`), 'tsv');
}

/** A number for each day. */
function seriesOf(rows: number): DatasetProfile {
  const day = (i: number) => new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10);
  const lines = Array.from({ length: rows }, (_, i) => `${day(i)},${100 + i + 10 * Math.sin(i)}\n`);
  return profileBytes(new TextEncoder().encode(`day,label\n${lines.join('')}`), 'csv');
}

/** Who rated what, by numbers. */
function ratingsOf(rows: number): DatasetProfile {
  const lines = Array.from(
    { length: rows },
    (_, i) => `${i % 12},i${(i * 7) % 20},${1 + ((i * 3) % 50) / 10}\n`,
  );
  return profileBytes(new TextEncoder().encode(`user_id,item,label\n${lines.join('')}`), 'csv');
}

function soundsOf(rows: number): DatasetProfile {
  const [image, label] = picturesOf(rows, 8).columns;
  const audio = { rate: 44_100, seconds: { min: 0.2, median: 0.5, most: 0.93, max: 2 } };
  return {
    rows,
    columns: [{ ...image!, name: 'audio', type: 'audio', image: null, audio }, label!],
    preview: [],
  };
}

function boxesOf(rows: number): DatasetProfile {
  const [image] = picturesOf(rows, 8).columns;
  const boxes = {
    ...image!,
    name: 'label',
    type: 'boxes',
    image: null,
    distinct: 3,
    min: 0,
    max: 9,
    mean: 4,
  } as const;
  return {
    rows,
    columns: [{ ...image!, image: { width: 640, height: 480, channels: 3 } }, boxes],
    preview: [],
  };
}

function picturesOf(rows: number, side: number): DatasetProfile {
  const bare = {
    missing: 0,
    distinct: rows,
    distinctCapped: false,
    top: [],
    min: null,
    max: null,
    mean: null,
  };
  const label = {
    ...tableOf(40).columns.at(-1)!,
    top: [
      { value: 'cat', count: rows / 2 },
      { value: 'dog', count: rows / 2 },
    ],
  };
  const image = { width: side, height: side, channels: 3 };
  return { rows, columns: [{ ...bare, name: 'image', type: 'image', image }, label], preview: [] };
}

const weights = new Set(templates.flatMap((template) => template.weights?.sha256 ?? []));
const names = (profile: DatasetProfile, question: Question) =>
  advise(profile, { ...question, weights }).map(({ template }) => template.name);

describe('advise', () => {
  it('ranks by what is wished for', () => {
    const table = tableOf(400);
    const target = 'label';
    const usual = ['table-network', 'table-trees', 'table-forest', 'table-linear'];
    expect(names(table, { target })).toEqual(usual);
    expect(names(table, { target, wish: 'insight' })[0]).toBe('table-linear');
    expect(advise(table, { target, wish: 'insight' })[0]!.reasons[0]).toBe(
      'Its weights can be read: they say what each column does to the answer.',
    );
  });

  it('prefers the simple model where rows are few for the columns', () => {
    const [first] = advise(tableOf(60, 30), { target: 'label' });
    expect(first!.template.name).toBe('table-linear');
    expect(first!.reasons[0]).toBe(
      'There are 60 rows for 30 columns: a simple model is less likely to learn them by heart.',
    );
  });

  it('sends to a runner what a tab would take too long for, and says how long', () => {
    const [small, classic] = advise(picturesOf(1000, 224), { target: 'label' });
    expect([small!.template.name, small!.place]).toEqual(['picture-cnn', 'tab']);
    expect([classic!.template.name, classic!.place]).toEqual(['picture-cnn-classic', 'runner']);
    expect(classic!.reasons[0]).toMatch(
      /^A tab would take about \d+ (min|h); a runner about \d+ (s|min|h), less with a GPU\.$/,
    );
  });

  it('weighs words where a column holds sentences', () => {
    expect(names(textsOf(200), { target: 'label' })).toEqual([
      ...['text-transfer', 'text-network', 'text-linear', 'text-cnn', 'text-bayes'],
    ]);
    expect(names(textsOf(200, INTENTS), { target: 'label' })).toContain('text-similar');
    expect(names(textsOf(200), { target: 'label', wish: 'insight' })[0]).toBe('text-linear');
  });

  it('translates sentences that stand beside sentences, and only those unless it is asked to', () => {
    const pairs = pairsOf(250, (i) => `Number ${i}.`);
    const [first, ...others] = advise(pairs, { target: 'label' });
    expect([first!.template.name, others]).toEqual(['text-translation', []]);
    const spec = PipelineSpec.parse(first!.spec);
    expect(spec).toMatchObject({ task: 'translation', features: [{ column: 'said' }] });
    expect(fromTemplate('text-translation', pairs, { target: 'label' })).toEqual(first!.spec);

    const names = pairsOf(250, (i) => `Name${i}`);
    expect(() => advise(names, { target: 'label' })).toThrow('looks like names or ids');
    expect(advise(names, { target: 'label', task: 'translation' })[0]!.template.name).toBe(
      'text-translation',
    );
    expect(() => advise(tableOf(250), { target: 'x0', task: 'translation' })).toThrow(
      'the target "x0" holds numbers such as',
    );
  });

  it('leaves English alone where texts are in another script, and without its weights', () => {
    const lines = ['今天天气很好我们去公园', '这部电影又长又无聊真的'].map(
      (words, i) => (n: number) => `${words}${n}\t${i}\n`,
    );
    const text = `text\tlabel\n${Array.from({ length: 200 }, (_, i) => lines[i % 2]!(i)).join('')}`;
    const chinese = profileBytes(new TextEncoder().encode(text), 'tsv');
    expect(names(chinese, { target: 'label', task: 'classification' })[0]).toBe('text-network');
    expect(() => fromTemplate('text-transfer', chinese, { target: 'label', task: 'classification' })).toThrow(
      'the template "text-transfer" knows English only, and these texts are in another script',
    );
    expect(advise(textsOf(200), { target: 'label' })[0]!.template.name).toBe('text-network');
  });

  it('forecasts where each row has a moment of its own', () => {
    const [first] = advise(seriesOf(200), { target: 'label' });
    expect(first!.template.name).toBe('series-forecast');
    expect(first!.spec.split.order).toBe('time');
    expect(first!.spec.features[0]).toMatchObject({ column: 'label', history: 10 });
    expect(names(tableOf(400), { target: 'x0', task: 'regression' })).not.toContain('series-forecast');
  });

  it('recommends where users rate items', () => {
    const [first] = advise(ratingsOf(300), { target: 'label' });
    expect(first!.template.name).toBe('ratings');
    // twelve users and twenty items, and one more of each for those unknown; of eight numbers, and of one
    const head = 8 + 1 + 1 + 1;
    expect(first!.estimate.parameters).toBe((13 + 21) * (8 + 1) + head);
  });

  it('finds objects where pictures have boxes', () => {
    expect(names(boxesOf(60), { target: 'label' })).toEqual(['picture-detection']);
    const [{ spec }] = advise(boxesOf(60), { target: 'label' }) as [Advice];
    expect(spec.task).toBe('object-detection');
    // 640 × 480 with 192 to the longer side, in cells of 8
    expect(spec.features[0]!.steps[0]).toMatchObject({ width: 192, height: 144, channels: 3 });
  });

  it('counts sizes exactly', () => {
    const advice = advise(tableOf(400), { target: 'label' });
    const [network, linear] = ['table-network', 'table-linear'].map((name) =>
      advice.find(({ template }) => template.name === name),
    );
    // 2 → 32 → 16 → 2, weights and biases
    expect(network!.estimate).toMatchObject({
      parameters: 2 * 32 + 32 + 32 * 16 + 16 + 16 * 2 + 2,
      multiplyAdds: 64 + 512 + 32,
    });
    expect(linear!.estimate).toMatchObject({ parameters: 6, bytes: 24 });
  });
});

describe.each(templates)('$name', (template) => {
  const data = [
    tableOf(400),
    tableOf(60, 30),
    picturesOf(100, 28),
    picturesOf(1000, 224),
    picturesOf(60_000, 28),
    soundsOf(600),
    textsOf(200),
    textsOf(200, INTENTS),
    seriesOf(90),
    ratingsOf(300),
    boxesOf(60),
  ];
  const [task] = template.tasks ?? [];
  const question = task && !isSupervised(task) ? { target: 'answer', task } : { target: 'label' };
  if (question.target === 'label') data.push(pairsOf(250, (i) => `Number ${i}.`));
  it('fits some of the data, and what it builds is a definition that can be trained', () => {
    const goals = data.filter((profile) => names(profile, question).includes(template.name));
    expect(goals.length).toBeGreaterThan(0);
    for (const profile of goals) {
      const spec = fromTemplate(template.name, profile, question);
      expect(PipelineSpec.parse(spec)).toEqual(spec);
      expect(() => checkPipeline(spec, profile)).not.toThrow();
    }
  });

  it('says why it does not fit the others', () => {
    for (const profile of data) {
      if (names(profile, question).includes(template.name)) continue;
      expect(() => fromTemplate(template.name, profile, question)).toThrow(
        new RegExp(`^the (template "${template.name}"|target "label") \\w+`),
      );
    }
  });
});

it('names the templates there are', () => {
  expect(() => fromTemplate('nope', tableOf(40), { target: 'label' })).toThrow(
    /^there is no template "nope"; expected one of series-forecast, ratings, table-network, /,
  );
});
