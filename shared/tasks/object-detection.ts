/** What is where in a picture: each cell of the grid that the model ends in scores the labels and says where its box's sides are. */
import type { Table } from '../data/table.ts';
import { AppError } from '../errors.ts';
import type { DetectionOutcome } from '../evaluate/metric.ts';
import { SIDES, TARGET_EXTRAS } from '../model/losses/detection.ts';
import { bodyShape } from '../model/trace-model.ts';
import type { DetectedBox, OutputSpec } from '../schema/prediction.ts';
import { decodeGrid } from './detection/decode-grid.ts';
import { encodeGrid } from './detection/encode-grid.ts';
import { framesOf } from './detection/frame.ts';
import type { Fitted, OutputTask, Source } from './output-task.ts';
import { findProfile, wrongTarget } from './target-column.ts';

type Boxes = Extract<OutputSpec, { task: 'object-detection' }>;

const CLASSES_MOST = 200;
/** Boxes less sure than this are not told. */
const TOLD_LEAST = 0.3;
/** Average precision asks for the unsure ones too. */
const JUDGED_LEAST = 0.02;

const MOVING = new Set<string>(['random-flip', 'random-rotation', 'random-translation']);

export const objectDetection: OutputTask<Boxes> = {
  task: 'object-detection',
  curve: 'map',
  check(profile, target) {
    const { type, distinct } = findProfile(profile, target);
    if (type !== 'boxes')
      throw wrongTarget(target, 'holds no boxes; object detection needs pictures with boxes');
    if (distinct === 0) throw wrongTarget(target, 'has no box in any picture');
    if (distinct <= CLASSES_MOST) return;
    throw wrongTarget(target, `has ${distinct} different labels; at most ${CLASSES_MOST} are accepted`);
  },
  expect: (profile, target) => headOf(findProfile(profile, target).distinct),
  head: ({ classes }) => headOf(classes.length),
  checkModel(model, shape, { features }) {
    const places = bodyShape(model, shape).slice(0, -1);
    const moving = model.find(({ type }) => MOVING.has(type));
    const pictures = features.filter(({ steps }) => steps.some(({ type }) => type === 'image'));
    const problem =
      pictures.length !== 1 || features.length !== 1
        ? 'finds boxes in one picture, which must be the only feature'
        : places.length !== 2
          ? `needs a model that ends in a grid [height, width, channels], and not in [${[...places, 'channels'].join(', ')}]; leave out "flatten" and what comes after it`
          : moving
            ? `cannot learn behind the block "${moving.type}", which moves what is in the picture and not its boxes; leave it out`
            : null;
    if (problem) throw new AppError('invalid_pipeline', `object detection ${problem}`);
  },
  strata: rowsByRarestLabel,
  fit(target, table) {
    // of all rows: that there is such a label tells nothing of where one is
    const classes = [
      ...new Set(boxesOf(table, target).flatMap((row) => row.map(({ label }) => label))),
    ].sort();
    return { output: { task: 'object-detection', target, classes }, targetState: null };
  },
  encode(fitted, table, rows, places) {
    const { target, classes } = fitted.output;
    const grid = places as [number, number];
    const shape = [...grid, classes.length + TARGET_EXTRAS];
    const size = grid[0] * grid[1] * (classes.length + TARGET_EXTRAS);
    const numbers = new Map(classes.map((label, number) => [label, number]));
    const data = new Float32Array(rows.length * size);
    const all = boxesOf(table, target);
    framesOf(fitted, { table, rows, places }).forEach((frame, i) => {
      const boxes = all[rows[i]!]!.map(({ label, box }) => ({
        label: numbers.get(label)!,
        box: frame.into(box),
      }));
      encodeGrid(boxes, grid, classes.length, data.subarray(i * size, (i + 1) * size));
    });
    return { shape, data };
  },
  outcome(y, { source }, fitted): DetectionOutcome {
    const { classes, target } = fitted.output;
    const all = boxesOf(source.table, target);
    const truth = Array.from(source.rows, (row) => all[row]!);
    return { task: 'object-detection', classes, found: find(y, fitted, source, JUDGED_LEAST), truth };
  },
  predictions: (y, fitted, source) => find(y, fitted, source, TOLD_LEAST).map((boxes) => ({ boxes })),
  truth({ table, rows }, { output: { target } }) {
    const all = boxesOf(table, target);
    return Array.from(rows, (row) => ({ boxes: all[row]! }));
  },
};

const headOf = (classes: number) => ({ outputs: classes + SIDES, perPlace: true });

/** Of each row, in the pixels of its picture. */
function find(y: Float32Array, fitted: Fitted<Boxes>, source: Source, least: number): DetectedBox[][] {
  const { classes } = fitted.output;
  const size = y.length / source.rows.length;
  return framesOf(fitted, source).map(({ back }, i) =>
    decodeGrid(
      y.subarray(i * size, (i + 1) * size),
      source.places as [number, number],
      classes.length,
      least,
    ).map(({ label, score, box }) => ({ label: classes[label]!, score, box: back(box) })),
  );
}

function boxesOf({ columns }: Table, target: string) {
  const column = columns.get(target);
  if (column?.type !== 'boxes') throw wrongTarget(target, 'holds no boxes');
  return column.values;
}

/** Each part of a split has its share of what is rare; pictures without boxes are a group of their own. */
function rowsByRarestLabel(table: Table, target: string): Uint32Array[] {
  const all = boxesOf(table, target);
  const counts = new Map<string, number>();
  for (const { label } of all.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const groups = new Map<string | undefined, number[]>();
  all.forEach((boxes, row) => {
    const [rarest] = boxes.map(({ label }) => label).sort((a, b) => counts.get(a)! - counts.get(b)!);
    groups.set(rarest, [...(groups.get(rarest) ?? []), row]);
  });
  return [...groups.values()].map((rows) => Uint32Array.from(rows));
}
