/** What a model takes and gives: the input schema forms are made from, instances, predictions. */
import * as z from 'zod';
import { ExplainOptions, Explanation } from './explanation.ts';
import { idOf, Name } from './id.ts';
import { StepAnswered } from './inference-graph.ts';
import { INSTANCES_MOST } from './prediction-limits.ts';

/** One column that a model needs at predict time. */
export const InputField = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('number'),
    name: z.string(),
    /** May be left out or null (the pipeline imputes). */
    optional: z.boolean(),
    /** Range and a typical value seen in training. */
    min: z.number(),
    max: z.number(),
    example: z.number(),
  }),
  z.object({
    type: z.literal('category'),
    name: z.string(),
    optional: z.boolean(),
    categories: z.array(z.string()),
    example: z.string(),
  }),
  /** Any text. */
  z.object({
    type: z.literal('text'),
    name: z.string(),
    optional: z.boolean(),
    example: z.string(),
  }),
  /** The latest values of a column, the oldest first: `length` of them, or more. */
  z.object({
    type: z.literal('series'),
    name: z.string(),
    length: z.int().min(1),
    example: z.array(z.number()),
  }),
  /** PNG or JPEG as base64 (a data: URL is accepted too), or nested arrays [height][width][channels] of 0–255. */
  z.object({
    type: z.literal('image'),
    name: z.string(),
    width: z.int(),
    height: z.int(),
    channels: z.int(),
  }),
  /** A WAV file as base64 (a data: URL is accepted too); the model listens to its loudest `seconds`. */
  z.object({
    type: z.literal('audio'),
    name: z.string(),
    seconds: z.number(),
  }),
]);
export type InputField = z.infer<typeof InputField>;

export const OutputSpec = z.discriminatedUnion('task', [
  z.object({ task: z.literal('classification'), target: z.string(), classes: z.array(z.string()) }),
  z.object({ task: z.literal('regression'), target: z.string() }),
  /** A text of at most `length` tokens, of which `tokens` are told apart. */
  z.object({
    task: z.literal('translation'),
    target: z.string(),
    tokens: z.int().min(1),
    length: z.int().min(1),
  }),
  /** New pictures of this size, from numbers drawn by a seed. */
  z.object({
    task: z.literal('image-generation'),
    target: z.string(),
    width: z.int(),
    height: z.int(),
    channels: z.union([z.literal(1), z.literal(3)]),
    /** What they are made of: few numbers that a part of the model makes a picture of, or noise that it takes away bit by bit. */
    from: z.enum(['latent', 'noise']),
  }),
  z.object({ task: z.literal('object-detection'), target: z.string(), classes: z.array(z.string()) }),
]);
export type OutputSpec = z.infer<typeof OutputSpec>;

/** A row as JSON: feature → value. Checked against the model's input fields. */
export const Instance = z.record(z.string(), z.unknown());
export type Instance = z.infer<typeof Instance>;

/** Left, top, right, bottom: pixels of the picture as it was sent, whatever the model saw of it, from its top left corner. */
const Box = z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly();
export type Box = z.infer<typeof Box>;

/** `score`: how sure the model is, 0 … 1. */
export const DetectedBox = z.object({ label: z.string(), score: z.number(), box: Box });
export type DetectedBox = z.infer<typeof DetectedBox>;

export const Prediction = z.union([
  z.object({ label: z.string(), probabilities: z.record(z.string(), z.number()) }),
  z.object({ value: z.number() }),
  /** `score`: from 0 to 1, the geometric mean of the probabilities of its tokens, each after those before it. */
  z.object({ text: z.string(), score: z.number() }),
  /** A PNG as a data: URL. */
  z.object({ image: z.string() }),
  /** The surest first; none where nothing was found. */
  z.object({ boxes: z.array(DetectedBox) }),
]);
export type Prediction = z.infer<typeof Prediction>;

/** An answer that is known, in the form that it is predicted in. */
export const Truth = z.union([
  z.object({ label: z.string() }),
  z.object({ value: z.number() }),
  z.object({ text: z.string() }),
  z.object({ boxes: z.array(DetectedBox.omit({ score: true })) }),
]);
export type Truth = z.infer<typeof Truth>;

/** Of an answer that is told as it is found; `index`: the instance, `text`: what the token adds to its answer. */
export const TokenSaid = z.object({
  index: z.int(),
  token: z.object({ id: z.int(), text: z.string(), logprob: z.number() }),
});
export type TokenSaid = z.infer<typeof TokenSaid>;
export const PredictRequest = z.object({
  instances: z.array(Instance).min(1).max(INSTANCES_MOST),
  /** Why it is answered so. */
  explain: z.union([z.boolean(), ExplainOptions]).optional(),
  /** The vector that the model's head stands on. */
  embeddings: z.boolean().optional(),
  /** Server-sent events, as by the header `accept: text/event-stream`. */
  stream: z.boolean().optional(),
});
export type PredictRequest = z.infer<typeof PredictRequest>;
export const PredictResponse = z.object({
  id: idOf('prediction'),
  model: z.object({ name: Name, version: z.int() }),
  predictions: z.array(Prediction),
  /** Of an endpoint that is a graph: which models answered, and which rows. */
  steps: z.array(StepAnswered).optional(),
  /** One for each instance, where they were asked for. */
  explanations: z.array(Explanation).optional(),
  embeddings: z.array(z.array(z.number())).optional(),
});
export type PredictResponse = z.infer<typeof PredictResponse>;
