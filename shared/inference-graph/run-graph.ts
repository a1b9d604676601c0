/** Rows through a graph of models: which go where, what each model is given, and what comes of it. */
import { AppError } from '../errors.ts';
import { mix } from '../graph/random.ts';
import {
  type GraphNode,
  type GraphStep,
  type InferenceGraph,
  ROOT,
  type StepAnswered,
} from '../schema/inference-graph.ts';
import type { ModelFace } from '../schema/model.ts';
import type { Instance, Prediction } from '../schema/prediction.ts';
import { checkGraph, type ModelOf } from './check-graph.ts';
import { combine } from './combine.ts';
import { fitToOutput } from './join-outputs.ts';
import { holds, readPath, type Scope } from './scope.ts';
import { nameOf } from './step-name.ts';

export interface GraphRun {
  /** Predictions of one model. */
  predict(model: ModelFace, instances: readonly Instance[]): Promise<Prediction[]> | Prediction[];
  /** In [0, 1): what splitters without a key decide by. */
  random(): number;
}

export interface GraphAnswer {
  predictions: Prediction[];
  /** In the order in which they ran. */
  steps: StepAnswered[];
}

export interface RunnableGraph extends Pick<ModelFace, 'inputs' | 'output'> {
  /** One prediction for each instance. Throws AppError `invalid_data`, and what models throw, naming the step. */
  run(instances: readonly unknown[], by: GraphRun): Promise<GraphAnswer>;
}

const SHOWN = 20;

/** Throws AppError `invalid_request` for a graph that cannot work. */
export function prepareGraph(graph: InferenceGraph, modelOf: ModelOf): RunnableGraph {
  const face = checkGraph(graph, modelOf);
  const known = new Set(face.inputs.map(({ name }) => name));
  return {
    ...face,
    async run(instances, by) {
      const rows = instances.map(
        (instance, at): Scope => ({
          ...{ at, request: requireKnown(instance, at, known) },
          ...{ response: undefined, steps: new Map() },
        }),
      );
      const steps: StepAnswered[] = [];
      const predictions = await runNode(graph, ROOT, rows, { ...by, modelOf, steps });
      return { predictions: predictions.map((one) => fitToOutput(one, face.output)), steps };
    },
  };
}

interface Running extends GraphRun {
  modelOf: ModelOf;
  steps: StepAnswered[];
}

function runNode(
  graph: InferenceGraph,
  name: string,
  rows: readonly Scope[],
  running: Running,
): Promise<Prediction[]> {
  const node = graph.nodes[name]!;
  const run: RunStep = (step, some) =>
    some.length === 0
      ? Promise.resolve([])
      : step.node === undefined
        ? runModel(step, `${name}/${nameOf(step)}`, some, running)
        : runNode(graph, step.node, some, running);
  switch (node.type) {
    case 'sequence':
      return runSequence(node.steps, rows, run);
    case 'switch':
      return runDivided(rows, node.steps, run, (row) =>
        node.steps.findIndex(({ condition }) => !condition || holds(condition, row)),
      );
    case 'splitter':
      return runDivided(rows, node.steps, run, chooserOf(node, name, running.random));
    case 'ensemble':
      return runEnsemble(node, rows, run);
  }
}

type RunStep = (step: GraphStep, rows: readonly Scope[]) => Promise<Prediction[]>;

async function runSequence(
  steps: readonly GraphStep[],
  rows: readonly Scope[],
  run: RunStep,
): Promise<Prediction[]> {
  const answers: Prediction[] = new Array(rows.length);
  let going = rows.map((row, place) => ({ row, place }));
  for (const step of steps) {
    const { condition } = step;
    if (condition) going = going.filter(({ row }) => holds(condition, row));
    const given = await run(
      step,
      going.map(({ row }) => row),
    );
    going = going.map(({ row, place }, i) => {
      const response = given[i]!;
      answers[place] = response;
      return { place, row: { ...row, response, steps: new Map(row.steps).set(nameOf(step), response) } };
    });
  }
  return answers;
}

/** Each row by the step whose place `placeOf` says, those of one step together. */
async function runDivided(
  rows: readonly Scope[],
  steps: readonly GraphStep[],
  run: RunStep,
  placeOf: (row: Scope) => number,
): Promise<Prediction[]> {
  const places = rows.map(placeOf);
  const answers: Prediction[] = new Array(rows.length);
  for (const [i, step] of steps.entries()) {
    const given = await run(
      step,
      rows.filter((_, row) => places[row] === i),
    );
    let next = 0;
    for (const [row, place] of places.entries()) if (place === i) answers[row] = given[next++]!;
  }
  return answers;
}

/** By weight; where there is a key, the same for all rows in which it is equal. */
function chooserOf(
  { steps, key }: Extract<GraphNode, { type: 'splitter' }>,
  name: string,
  random: () => number,
): (row: Scope) => number {
  const weights = steps.map(({ weight = 1 }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const placeAt = (at: number) => {
    let left = at * total;
    const found = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return found < 0 ? weights.length - 1 : found;
  };
  const byChance = placeAt(random());
  if (key === undefined) return () => byChance;
  return (row) => {
    const value = readPath(key, row);
    return value === undefined || value === null ? byChance : placeAt(shareOf(`${name} ${String(value)}`));
  };
}

/** A text to a number in [0, 1), evenly (FNV-1a, and the finaliser of MurmurHash3). */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (mix(hash) >>> 0) / 2 ** 32;
}

async function runEnsemble(
  { steps, combine: how }: Extract<GraphNode, { type: 'ensemble' }>,
  rows: readonly Scope[],
  run: RunStep,
): Promise<Prediction[]> {
  const answers: Prediction[][] = [];
  for (const step of steps) answers.push(await run(step, rows));
  return combine(
    answers,
    steps.map(({ weight = 1 }) => weight),
    how,
  );
}

async function runModel(
  step: GraphStep,
  at: string,
  rows: readonly Scope[],
  { modelOf, predict, steps }: Running,
): Promise<Prediction[]> {
  const model = modelOf(step);
  const { data = 'request', inputs = {} } = step;
  const sources = model.inputs.map(({ name }): [string, string] => [
    name,
    Object.hasOwn(inputs, name) ? inputs[name]! : `${data}.${name}`,
  ]);
  const instances = rows.map((row) => {
    const instance: Instance = {};
    for (const [name, path] of sources) {
      const value = readPath(path, row);
      if (value !== undefined) instance[name] = value;
    }
    return instance;
  });
  const places = rows.map((row) => row.at);
  try {
    const predictions = await predict(model, instances);
    steps.push({ step: at, model: { name: model.name, version: model.version }, instances: places });
    return predictions;
  } catch (error) {
    throw atStep(error, at, places);
  }
}

/** What a model says of its rows, in the places that they were sent in. */
function atStep(error: unknown, at: string, places: readonly number[]): unknown {
  if (!(error instanceof AppError)) return error;
  const { code, status, details } = error;
  const message = error.message.replace(
    /^instances\[(\d+)\]/,
    (_, row) => `instances[${places[Number(row)]}]`,
  );
  const instance = typeof details?.instance === 'number' ? { instance: places[details.instance] } : {};
  return new AppError(code, `${message} (step ${at})`, {
    ...{ status, cause: error },
    details: { ...details, ...instance, step: at },
  });
}

function requireKnown(instance: unknown, at: number, known: ReadonlySet<string>): Instance {
  if (typeof instance !== 'object' || instance === null || Array.isArray(instance))
    throw new AppError('invalid_data', `instances[${at}] is no object of features`);
  const unknown = Object.keys(instance).find((key) => !known.has(key));
  if (unknown === undefined) return instance as Instance;
  const accepted = [...known].slice(0, SHOWN);
  throw new AppError(
    'invalid_data',
    `instances[${at}] has an unknown feature "${unknown}"; accepted are ${accepted.map((one) => `"${one}"`).join(', ')}`,
    { details: { instance: at, field: unknown, accepted } },
  );
}
