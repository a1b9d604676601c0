/**
 * Whether a graph can work, before it is served: nodes that are there, no circle, models that fit together. What it finds is also
 * what the whole graph takes and gives.
 */
import { type GraphNode, type GraphStep, type InferenceGraph, ROOT } from '../schema/inference-graph.ts';
import type { ModelFace } from '../schema/model.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import { checkCondition, checkInputs, type Known, needOfKey } from './check-references.ts';
import { COMBINED } from './combine.ts';
import { joinOutputs } from './join-outputs.ts';
import { type Needs, NO_NEEDS, needsOfAll, needsOfAny } from './needs.ts';
import { list, refuse } from './refusal.ts';
import { nameOf } from './step-name.ts';

/** Models that may run for one row, at most, and nodes within nodes. */
const RUNS_MOST = 20;
const DEPTH_MOST = 8;

/** Of which model version a step speaks. Throws AppError for one that is not there. */
export type ModelOf = (step: GraphStep) => ModelFace;

interface Part {
  needs: Needs;
  output: OutputSpec;
  /** Models that run for a row, at most. */
  runs: number;
}

/** Throws AppError `invalid_request`, naming node, step and value, and what would be accepted. */
export function checkGraph(
  { nodes }: InferenceGraph,
  modelOf: ModelOf,
): Pick<ModelFace, 'inputs' | 'output'> {
  const reached = new Set<string>();
  const { needs, output, runs } = checkNode(ROOT, [], { response: undefined, steps: new Map() });
  const idle = Object.keys(nodes).find((name) => !reached.has(name));
  if (idle !== undefined)
    throw refuse(`nodes.${idle}`, `no step leads to it; expected one in ${list([...reached])}`);
  if (runs > RUNS_MOST)
    throw refuse('nodes', `a row may need ${runs} runs of models; at most ${RUNS_MOST} are accepted`);
  return { inputs: [...needs.values()].map(({ field }) => field), output };

  function checkNode(name: string, above: readonly string[], known: Known): Part {
    const node = Object.hasOwn(nodes, name) ? nodes[name] : undefined;
    if (!node) {
      const parent = above.at(-1);
      const at = parent === undefined ? 'nodes' : `nodes.${parent}`;
      throw refuse(at, `there is no node "${name}"; there are ${list(Object.keys(nodes))}`);
    }
    if (above.includes(name))
      throw refuse(`nodes.${name}`, `it leads back to itself: ${[...above, name].join(' → ')}`);
    if (above.length >= DEPTH_MOST)
      throw refuse(
        `nodes.${name}`,
        `it lies ${above.length + 1} nodes deep; at most ${DEPTH_MOST} are accepted`,
      );
    reached.add(name);
    const names = node.steps.map(nameOf);
    const twice = names.find((one, i) => names.indexOf(one) !== i);
    if (twice !== undefined)
      throw refuse(`nodes.${name}`, `two steps are called "${twice}"; give one of them another "name"`);
    return CHECKS[node.type](node as never, name, known, (step, seen) => {
      const at = `nodes.${name}.${nameOf(step)}`;
      if ((step.model === undefined) === (step.node === undefined))
        throw refuse(at, 'expected exactly one of "model" and "node"');
      if (step.node === undefined) {
        const model = modelOf(step);
        return { needs: checkInputs(step, at, model, seen), output: model.output, runs: 1 };
      }
      for (const key of ['version', 'data', 'inputs'] as const)
        if (step[key] !== undefined)
          throw refuse(at, `"${key}" is of models; the steps of node "${step.node}" have it each for itself`);
      return checkNode(step.node, [...above, name], seen);
    });
  }
}

type CheckStep = (step: GraphStep, known: Known) => Part;
type Check<T extends GraphNode['type']> = (
  node: Extract<GraphNode, { type: T }>,
  name: string,
  known: Known,
  check: CheckStep,
) => Part;

const CHECKS: { [T in GraphNode['type']]: Check<T> } = {
  sequence({ steps }, name, outer, check) {
    let known = outer;
    const needs: Needs[] = [];
    const ends: OutputSpec[] = [];
    let runs = 0;
    for (const [i, step] of steps.entries()) {
      const at = `nodes.${name}.${nameOf(step)}`;
      if (step.condition && i === 0)
        throw refuse(
          at,
          'the first step of a sequence has a condition; where it does not hold, nothing would answer',
        );
      const part = check(step, known);
      if (step.condition) {
        ends.push(known.response!);
        needs.push(checkCondition(step.condition, at, known), needsOfAny([NO_NEEDS, part.needs]));
      } else needs.push(part.needs);
      runs += part.runs;
      known = { response: part.output, steps: new Map(known.steps).set(nameOf(step), part.output) };
    }
    return { needs: needsOfAll(needs), output: joined([...ends, known.response!], name), runs };
  },
  switch({ steps }, name, known, check) {
    const asked = steps.map((step, i) => {
      const at = `nodes.${name}.${nameOf(step)}`;
      const isLast = i === steps.length - 1;
      if (isLast && step.condition)
        throw refuse(at, 'the last step of a switch answers for all others; expected it without a condition');
      if (!isLast && !step.condition)
        throw refuse(at, 'it has no condition, so the steps after it are never reached; expected one');
      return step.condition ? checkCondition(step.condition, at, known) : NO_NEEDS;
    });
    const one = oneOf(
      steps.map((step) => check(step, known)),
      name,
    );
    return { ...one, needs: needsOfAll([...asked, one.needs]) };
  },
  splitter({ steps, key }, name, known, check) {
    const one = oneOf(
      steps.map((step) => check(step, known)),
      name,
    );
    const asked = key === undefined ? NO_NEEDS : needOfKey(key, `nodes.${name}.key`, known);
    return { ...one, needs: needsOfAll([asked, one.needs]) };
  },
  ensemble({ steps, combine }, name, known, check) {
    const parts = steps.map((step) => check(step, known));
    const { output } = parts[0]!;
    const accepted = COMBINED[output.task];
    if (!accepted?.includes(combine)) {
      const can = Object.entries(COMBINED).map(([task, how]) => `${task} (${how.join(', ')})`);
      throw refuse(
        `nodes.${name}`,
        `it combines answers of ${output.task} by "${combine}"; what can be combined is ${can.join(' and ')}`,
      );
    }
    for (const [i, { output: other }] of parts.entries()) {
      const difference = differenceOf(output, other);
      if (difference)
        throw refuse(
          `nodes.${name}.${nameOf(steps[i]!)}`,
          `${difference} "${nameOf(steps[0]!)}"; an ensemble needs answers of one kind`,
        );
    }
    const runs = parts.reduce((sum, part) => sum + part.runs, 0);
    return { needs: needsOfAll(parts.map(({ needs }) => needs)), output, runs };
  },
};

/** Of steps of which one answers. */
function oneOf(parts: readonly Part[], name: string): Part {
  return {
    needs: needsOfAny(parts.map(({ needs }) => needs)),
    output: joined(
      parts.map(({ output }) => output),
      name,
    ),
    runs: Math.max(...parts.map(({ runs }) => runs)),
  };
}

function joined(outputs: readonly OutputSpec[], name: string): OutputSpec {
  const output = joinOutputs(outputs);
  if (output) return output;
  const tasks = [...new Set(outputs.map(({ task }) => task))];
  throw refuse(
    `nodes.${name}`,
    `its steps may answer with ${tasks.join(' or ')}; expected one task and size`,
  );
}

function differenceOf(a: OutputSpec, b: OutputSpec): string | null {
  if (a.task !== b.task) return `it answers with ${b.task}, not ${a.task} as`;
  if (a.task !== 'classification' || b.task !== 'classification') return null;
  const isSame = a.classes.length === b.classes.length && a.classes.every((one) => b.classes.includes(one));
  return isSame ? null : `its classes are ${list(b.classes)}, not ${list(a.classes)} as those of`;
}
