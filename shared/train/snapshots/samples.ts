/** A few validation rows, always the same ones, with what the model says of them by now. */
import { modelShapeOf } from '../../artifact/model-shape.ts';
import { toDataUrl } from '../../data/encode-png.ts';
import { peaksOf } from '../../data/peaks.ts';
import type { ColumnData, SeriesColumn, Table } from '../../data/table.ts';
import { thumbnail } from '../../data/thumbnail.ts';
import { isNetwork } from '../../definition/pipeline-spec.ts';
import { defaultLoss } from '../../model/losses/list.ts';
import { parseInstances } from '../../pipeline/parse-instances.ts';
import type { Prediction, Truth } from '../../schema/prediction.ts';
import { bytesOf, type Sample, type Samples, type SampleValue } from '../../schema/snapshot.ts';
import { outputTask } from '../../tasks/list.ts';
import { breathe } from '../pace.ts';
import { label, type Moment, type SnapshotMaker, short, spread, takeFloats } from './moment.ts';

const ROWS = 8;
/** Of what is made of seeds. */
const SEEDS = [1, 2, 3, 4];
/** Columns that are shown of a row. */
const COLUMNS = 8;
/** Most likely classes that are told. */
const CLASSES = 5;
const BOXES = 40;
const TEXT = 240; // characters
const SIDE = 80; // pixels
const PEAKS = 48;
/** As many rows as fit into this, in JSON. */
const BYTES = 80 * 1024;

export const samples: SnapshotMaker<'samples'> = {
  part: 'samples',
  async make(moment) {
    const { fitted, validation } = moment;
    const task = outputTask(fitted.output.task);
    if (task.answerer) return fitting(await ofSeeds(moment), 0);
    const places = spread(validation.count, ROWS);
    const source = { ...validation.source, rows: places.map((place) => validation.source.rows[place]!) };
    const features = takeFloats(validation.features.data, places, validation.count);
    const predictions = task.answer
      ? await answersOf(moment, features)
      : task.predictions(takeFloats(moment.y, places, validation.count), fitted, source);
    const truth = moment.outcome ? task.truth?.(source, fitted) : undefined;
    const columns = columnsOf(moment, source.table);
    const rows = Array.from(source.rows, (row, i) => {
      const values = columns
        .slice(0, COLUMNS)
        .map(([name, column]) => [label(name), shownValue(column, row)] as const);
      const scale = Math.min(1, ...values.map(([, { scale = 1 }]) => scale));
      return {
        row: Object.fromEntries(values.map(([name, { value }]) => [name, value])),
        prediction: shortened(predictions[i]!, scale),
        expected: truth ? shortenedTruth(truth[i]!, scale) : null,
      };
    });
    return fitting(rows, Math.max(0, columns.length - COLUMNS));
  },
};

/** The columns that the model takes, each once. */
function columnsOf({ fitted }: Moment, { columns, histories }: Table): [string, ColumnData | SeriesColumn][] {
  const taken = new Map<string, ColumnData | SeriesColumn>();
  for (const { column, history } of fitted.features) {
    const data = history === undefined ? columns.get(column) : histories?.get(column);
    if (data) taken.set(history === undefined ? column : `${column} before`, data);
  }
  return [...taken];
}

/** `scale`: that of a picture, by which it was made smaller. */
function shownValue(column: ColumnData | SeriesColumn, row: number): { value: SampleValue; scale?: number } {
  switch (column.type) {
    case 'number': {
      const number = column.values[row]!;
      return { value: Number.isNaN(number) ? null : number };
    }
    case 'category':
      return { value: cut(column.values[row] ?? null) };
    case 'image': {
      const { picture, scale } = thumbnail(column.values[row]!, SIDE);
      return { value: { picture: toDataUrl(picture) }, scale };
    }
    case 'audio': {
      const { samples, rate } = column.values[row]!;
      return { value: { sound: peaksOf(samples, PEAKS).map(short), seconds: short(samples.length / rate) } };
    }
    case 'series':
      return { value: { series: [...column.values[row]!.subarray(-PEAKS)].map(short) } };
    case 'boxes':
      return { value: null };
  }
}

function shortened(prediction: Prediction, scale: number): Prediction {
  if ('probabilities' in prediction) {
    const likeliest = Object.entries(prediction.probabilities).sort(([, a], [, b]) => b - a);
    const told = likeliest.slice(0, CLASSES).map(([name, p]) => [label(name), short(p)]);
    return { label: label(prediction.label), probabilities: Object.fromEntries(told) };
  }
  if ('boxes' in prediction) {
    const boxes = prediction.boxes.slice(0, BOXES);
    return { boxes: boxes.map(({ score, ...box }) => ({ ...scaled(box, scale), score: short(score) })) };
  }
  if ('text' in prediction) return { text: cut(prediction.text), score: short(prediction.score) };
  return 'value' in prediction ? { value: short(prediction.value) } : prediction;
}

function shortenedTruth(truth: Truth, scale: number): Truth {
  if ('boxes' in truth) return { boxes: truth.boxes.slice(0, BOXES).map((box) => scaled(box, scale)) };
  if ('text' in truth) return { text: cut(truth.text) };
  return 'label' in truth ? { label: label(truth.label) } : truth;
}

type LabelledBox = Extract<Truth, { boxes: unknown }>['boxes'][number];
const scaled = (
  { label: name, box: [left, top, right, bottom] }: LabelledBox,
  scale: number,
): LabelledBox => ({
  label: label(name),
  box: [short(left * scale), short(top * scale), short(right * scale), short(bottom * scale)],
});

function cut<T extends string | null>(text: T): T {
  return text !== null && text.length > TEXT ? (`${text.slice(0, TEXT)}…` as T) : text;
}

/** Answers that take more than one pass of the model. */
async function answersOf(
  { spec, fitted, network, parameters }: Moment,
  features: Float32Array,
): Promise<Prediction[]> {
  if (!isNetwork(spec)) throw new TypeError('only a network answers so');
  const model = await network!(spec.model, modelShapeOf(fitted), parameters());
  const run = async (rows: Float32Array) => {
    await breathe();
    return model.run(rows);
  };
  try {
    return await outputTask(fitted.output.task).answer!({ ...model, run }, features, fitted);
  } finally {
    model.dispose();
  }
}

/** What comes of the same few seeds. */
async function ofSeeds({ spec, fitted, network, parameters }: Moment): Promise<Sample[]> {
  if (!isNetwork(spec)) throw new TypeError('only a network answers so');
  const models: { dispose(): void }[] = [];
  try {
    const answer = await outputTask(fitted.output.task).answerer!({
      ...{ fitted, model: spec.model, loss: spec.training.loss ?? defaultLoss(spec.task) },
      async network(part, shape) {
        const model = await network!(part, shape, parameters());
        models.push(model);
        return async (rows) => {
          await breathe();
          return model.run(rows);
        };
      },
    });
    const rows = SEEDS.map((seed) => ({ seed }));
    const predictions = await answer(parseInstances(fitted, rows));
    return predictions.map((prediction, i) => ({ row: rows[i]!, prediction, expected: null }));
  } finally {
    for (const { dispose } of models) dispose();
  }
}

/** The first of them that are small enough together. */
function fitting(rows: Sample[], hidden: number): Samples | undefined {
  let left = BYTES;
  const end = rows.findIndex((row) => {
    left -= bytesOf(row);
    return left < 0;
  });
  const some = end < 0 ? rows : rows.slice(0, end);
  return some.length > 0 ? { rows: some, hidden } : undefined;
}
