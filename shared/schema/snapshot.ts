/**
 * What a model says at a step of its training, for people to look at: small enough that a run keeps some dozens. Each part is made by
 * one file in `train/snapshots/`, and is absent where a model has no such thing.
 */
import * as z from 'zod';
import { Prediction, Truth } from './prediction.ts';

/** A snapshot as JSON, bytes, at most. */
export const SNAPSHOT_BYTES = 128 * 1024;
/** Of a run, at most: see `thinSteps`. */
export const SNAPSHOTS_KEPT = 24;

const Label = z.string().max(80);
const Numbers = (most: number) => z.array(z.number()).max(most);

/** One column of a row, made small enough to be shown; null: it has no value. */
export const SampleValue = z.union([
  z.number(),
  z.string().max(300),
  z.null(),
  /** A data: URL, smaller than the picture was. */
  z.strictObject({ picture: z.string().max(40_000) }),
  /** Of stretches of equal length the loudest sample, 0 … 1. */
  z.strictObject({ sound: Numbers(64), seconds: z.number() }),
  /** The latest values, the oldest first. */
  z.strictObject({ series: Numbers(64) }),
]);
export type SampleValue = z.infer<typeof SampleValue>;

const Sample = z.strictObject({
  row: z.record(Label, SampleValue),
  /** Boxes are in the pixels of the picture as it is shown here. */
  prediction: Prediction,
  expected: Truth.nullable(),
});
export type Sample = z.infer<typeof Sample>;

/** The same validation rows each time. */
const Samples = z.strictObject({
  rows: z.array(Sample).min(1).max(8),
  /** Columns of a row that are not shown. */
  hidden: z.int().min(0),
});
export type Samples = z.infer<typeof Samples>;

/** How many validation rows of each class were taken for which. */
const Confusion = z.strictObject({
  classes: z.array(Label).min(2).max(21),
  /** So many classes are put together as the last of `classes`; 0: each stands for itself. */
  bundled: z.int().min(0),
  /** By the true class, then by the one that was said. */
  counts: z.array(z.array(z.int().min(0)).max(21)).max(21),
});
export type Confusion = z.infer<typeof Confusion>;

const Axis = z.strictObject({ name: Label, min: z.number(), max: z.number() });
export type Axis = z.infer<typeof Axis>;

/** Row by row from the least `y` up, `size` × `size` values at the middles of cells. */
const grid = { x: Axis, y: Axis, size: z.int().min(2).max(48) };

/** What is answered all over the plane of a model's two numbers, and where the validation rows lie in it. */
const Surface = z.strictObject({
  ...grid,
  answers: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('classes'),
      classes: z.array(Label),
      /** Places among `classes`. */
      places: z.array(z.int().min(0)).max(2304),
      /** Per cent. */
      confidence: z.array(z.int().min(0).max(100)).max(2304),
    }),
    z.strictObject({ type: z.literal('values'), values: Numbers(2304) }),
  ]),
  /** x, y, and the true answer: a place among the classes, or a value. */
  points: z.array(z.tuple([z.number(), z.number(), z.number()])).max(200),
});
export type Surface = z.infer<typeof Surface>;

/** Of a linear model what each input counts towards each output. */
const Weights = z.strictObject({
  /** The largest first. */
  inputs: z.array(z.string().max(120)).min(1).max(40),
  /** Classes, or what is predicted. */
  outputs: z.array(Label).min(1).max(20),
  /** By input, then by output. */
  values: z.array(Numbers(20)).max(40),
  /** Inputs and outputs that are not shown. */
  hidden: z.strictObject({ inputs: z.int().min(0), outputs: z.int().min(0) }),
});
export type Weights = z.infer<typeof Weights>;

/** The way down of a linear model: two of its weights, and the loss around them with all others as they are now. */
const Descent = z.strictObject({
  ...grid,
  /** Mean over some training rows. */
  loss: Numbers(2304),
  /** Step, x, y. */
  path: z.array(z.tuple([z.number(), z.number(), z.number()])).max(200),
});
export type Descent = z.infer<typeof Descent>;

export const Snapshot = z
  .strictObject({
    step: z.int().min(0),
    epoch: z.number().min(0),
    samples: Samples.optional(),
    confusion: Confusion.optional(),
    surface: Surface.optional(),
    weights: Weights.optional(),
    descent: Descent.optional(),
  })
  .refine((snapshot) => bytesOf(snapshot) <= SNAPSHOT_BYTES, {
    error: `a snapshot has at most ${SNAPSHOT_BYTES} bytes as JSON`,
  });
export type Snapshot = z.infer<typeof Snapshot>;
export type SnapshotParts = Omit<Snapshot, 'step' | 'epoch'>;

/** As JSON, in UTF-8. */
export const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
