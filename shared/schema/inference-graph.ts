/**
 * Inference graph: several models behind one endpoint. Terms are those of KServe's InferenceGraph (nodes, steps, sequence, switch,
 * splitter, ensemble); a request enters at the node `root`. What is said of a row is found by a path: `request.FIELD`, `response.FIELD`
 * (what the step before answered) or `STEP.FIELD` (what an earlier step answered).
 */
import * as z from 'zod';
import { Name } from './id.ts';

export const ROOT = 'root';
export const NODES_MOST = 20;
export const STEPS_MOST = 10;

/** `request.text`, `response.label`, `response.probabilities.spam`, `language.label`. */
const Path = z
  .string()
  .max(200)
  .regex(
    /^[a-z0-9][a-z0-9._-]*?\..+$/,
    'expected request.FIELD, response.FIELD or STEP.FIELD, such as response.label',
  );

export const CONDITION_OPS = ['==', '!=', '<', '<=', '>', '>=', 'in', 'contains'] as const;

const Comparison = z.strictObject({
  field: Path,
  op: z.enum(CONDITION_OPS),
  /** A number for `<` and the like, a list for `in`, a text for `contains`. */
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()])).max(100)]),
});
export type Comparison = z.infer<typeof Comparison>;

export const Condition = z.union([
  Comparison,
  z.strictObject({ all: z.array(Comparison).min(1).max(10) }),
  z.strictObject({ any: z.array(Comparison).min(1).max(10) }),
]);
export type Condition = z.infer<typeof Condition>;

const step = {
  /** What later steps call its answer; default: the name of its model or node. */
  name: Name.refine(
    (name) => name !== 'request' && name !== 'response',
    '"request" and "response" have a meaning of their own; expected another name',
  ).optional(),
  /** Exactly one of `model` and `node`. */
  model: Name.optional(),
  /** A number or an alias, which is looked up when the graph is put; default: the latest. */
  version: z.union([z.int().min(1), Name]).optional(),
  node: Name.optional(),
  /** What a model's inputs are taken from by their names: the request, or the answer of the step before. */
  data: z.enum(['request', 'response']).optional(),
  /** Inputs of the model that are taken from elsewhere: `{"intent": "response.label"}`. */
  inputs: z.record(z.string(), Path).optional(),
};

/** In a sequence: a row for which it does not hold keeps the answer that it has. In a switch: the first that holds answers. */
const condition = { condition: Condition.optional() };
/** In a splitter its share of the rows, in an ensemble its weight: numbers of any sum. */
const weight = { weight: z.number().positive().optional() };

/** Each step sees what those before it answered; the last answer is the node's. */
const Sequence = z.strictObject({ type: z.literal('sequence'), steps: stepsOf(condition) });
/** The first step whose condition holds; the last has none, and answers for all others. */
const Switch = z.strictObject({ type: z.literal('switch'), steps: stepsOf(condition) });
/** One step by chance. */
const Splitter = z.strictObject({
  type: z.literal('splitter'),
  /** Rows in which this is equal always take the same step; absent: one step for all rows of a request. */
  key: Path.optional(),
  steps: stepsOf(weight),
});
export const COMBINATIONS = ['mean', 'vote'] as const;
/** All steps, and their answers combined: the mean of probabilities or values, or the class that most say. */
const Ensemble = z.strictObject({
  type: z.literal('ensemble'),
  combine: z.enum(COMBINATIONS).default('mean'),
  steps: stepsOf(weight),
});

function stepsOf<Extra extends z.ZodRawShape>(extra: Extra) {
  return z
    .array(z.strictObject({ ...step, ...extra }))
    .min(1)
    .max(STEPS_MOST);
}

export const GraphNode = z.discriminatedUnion('type', [Sequence, Switch, Splitter, Ensemble]);
export type GraphNode = z.infer<typeof GraphNode>;
export type GraphStep = z.infer<z.ZodObject<typeof step & typeof condition & typeof weight>>;

export const InferenceGraph = z.strictObject({
  nodes: z
    .record(Name, GraphNode)
    .refine((nodes) => Object.keys(nodes).length <= NODES_MOST, `expected at most ${NODES_MOST} nodes`),
});
export type InferenceGraph = z.infer<typeof InferenceGraph>;

/** One for each model that answered. */
export const StepAnswered = z.object({
  /** Where it stands: NODE/STEP. */
  step: z.string(),
  model: z.object({ name: Name, version: z.int() }),
  /** Places of the rows that it answered. */
  instances: z.array(z.int()),
});
export type StepAnswered = z.infer<typeof StepAnswered>;
