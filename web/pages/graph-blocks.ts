/** An inference graph as the boxes of its picture: the way of a row from the request to the answer. */

import { comparisonsOf } from '../../shared/inference-graph/scope.ts';
import { nameOf } from '../../shared/inference-graph/step-name.ts';
import type { Condition, GraphNode, GraphStep, InferenceGraph } from '../../shared/schema/inference-graph.ts';

export interface GraphBlock {
  key: string;
  title: string;
  detail: string;
  /** Keys of the boxes before it. */
  inputs: readonly string[];
  /** NODE/STEP, where it is a model's. */
  step?: string;
}

/** In an order in which each comes after those before it. */
export function blocksOf({ nodes }: InferenceGraph): GraphBlock[] {
  const blocks: GraphBlock[] = [{ key: 'request', title: 'Request', detail: '', inputs: [] }];
  const ends = addNode('root', 'root', ['request']);
  return [...blocks, { key: 'answer', title: 'Answer', detail: '', inputs: ends }];

  /** Gives the boxes that a row may come out of. */
  function addNode(name: string, at: string, from: readonly string[]): string[] {
    const node = nodes[name];
    if (!node) return [...from];
    if (node.type === 'sequence') {
      let ends = [...from];
      for (const step of node.steps) {
        const stays = step.condition ? ends : [];
        ends = [...stays, ...addStep(step, name, at, ends, step.condition && `if ${worded(step.condition)}`)];
      }
      return ends;
    }
    const head = { key: at, title: titleOf(node), detail: name, inputs: from };
    blocks.push(head);
    const ends = node.steps.flatMap((step) => addStep(step, name, at, [at], roleOf(step, node)));
    if (node.type !== 'ensemble') return ends;
    const key = `${at}=`;
    blocks.push({ key, title: node.combine === 'vote' ? 'Vote' : 'Mean', detail: name, inputs: ends });
    return [key];
  }

  function addStep(
    step: GraphStep,
    node: string,
    at: string,
    from: readonly string[],
    role: string | undefined,
  ): string[] {
    const name = nameOf(step);
    const key = `${at}/${name}`;
    if (step.node !== undefined) {
      if (role === undefined) return addNode(step.node, key, from);
      blocks.push({ key: `${key}?`, title: name, detail: role, inputs: from });
      return addNode(step.node, key, [`${key}?`]);
    }
    const title = `${step.model} v${step.version}`;
    const detail = [name === step.model ? '' : name, role ?? ''].filter(Boolean).join(' · ');
    blocks.push({ key, title, detail, inputs: from, step: `${node}/${name}` });
    return [key];
  }
}

const titleOf = ({ type }: GraphNode): string => type.charAt(0).toUpperCase() + type.slice(1);

function roleOf(step: GraphStep, node: GraphNode): string {
  const { type, steps } = node;
  if (type === 'switch') return step.condition ? `if ${worded(step.condition)}` : 'else';
  const total = steps.reduce((sum, { weight = 1 }: GraphStep) => sum + weight, 0);
  const { weight = 1 } = step;
  return `${Math.round((100 * weight) / total)}% of the ${type === 'ensemble' ? node.combine : 'rows'}`;
}

const worded = (condition: Condition): string =>
  comparisonsOf(condition)
    .map(({ field, op, value }) => `${field} ${op} ${JSON.stringify(value)}`)
    .join('any' in condition ? ' or ' : ' and ');
