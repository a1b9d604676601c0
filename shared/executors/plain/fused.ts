/** Runs a fused node as its operator alone and then, element by element, the chain behind it. */
import { AppError } from '../../errors.ts';
import type { Node } from '../../graph/graph.ts';
import { type AnyValue, type Operator, sizeOf } from '../../graph/operator.ts';
import { findOperator } from '../../graph/ops.ts';
import { forEachRow, stridesOf } from '../../graph/strided.ts';

export type Float = typeof Float32Array | typeof Float64Array;

interface FusedNode {
  node: Node;
  /** Undefined for `fused`. */
  operator: Operator | undefined;
  inputs: readonly AnyValue[];
  out: AnyValue;
  Float: Float;
}

/** Every step is rounded as it would be in a node of its own, so that fusing changes no bit. */
export function compileFused({ node, operator, inputs, out, Float }: FusedNode): () => void {
  const { reads, steps } = node.fused!;
  const own = operator && ownResult(operator, node, inputs, Float);
  const sources = reads.map(({ input, offset, strides }) => ({ value: inputs[input]!, offset, strides }));
  const first = own ? 1 : 0;
  const element = new Float(first + reads.length + steps.length); // rounds what is put into it
  const chain = steps.map(({ op, args: [a = 0, b = 0, c = 0] }, s) => {
    const scalar = scalarOf(op); // of one to three elements; it ignores the others
    const to = first + reads.length + s;
    return () => {
      element[to] = scalar(element[a]!, element[b]!, element[c]!);
    };
  });
  const last = element.length - 1;

  const walks = [{ offset: 0, strides: stridesOf(node.shape) }, ...sources];
  const length = node.shape.at(-1) ?? 1;
  const inner = sources.map(({ strides }) => strides.at(-1) ?? 0);
  return () => {
    own?.run();
    forEachRow(node.shape, walks, (at) => {
      for (let i = 0; i < length; i++) {
        if (own) element[0] = own.result.data[at[0]! + i]!;
        for (let r = 0; r < sources.length; r++) {
          element[first + r] = sources[r]!.value.data[at[r + 1]! + i * inner[r]!]!;
        }
        for (const step of chain) step();
        out.data[at[0]! + i] = element[last]!;
      }
    });
  };
}

/** The operator's own inputs come first; its result has the node's shape. */
function ownResult(operator: Operator, node: Node, inputs: readonly AnyValue[], Float: Float) {
  const from = inputs.slice(0, operator.arity as number);
  const result: AnyValue = { shape: node.shape, data: new Float(sizeOf(node.shape)) };
  return { result, run: () => operator.reference(from, node.attributes, result) };
}

function scalarOf(op: string): (...elements: number[]) => number {
  const scalar = findOperator(op)?.scalar;
  if (!scalar) throw new AppError('unsupported', `Operator "${op}" is not one that can be fused`);
  return scalar;
}
