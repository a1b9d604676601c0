/** What a product's or convolution's kernel can do of the chain behind it: a bias along the last axis, then ReLU or ReLU6. */
import type { Fused, Node } from '../../../graph/graph.ts';
import { type Epilogue, type LowerContext, NO_EPILOGUE } from './lowering.ts';

const RELU = 1; // as in kernels/tile.h
const RELU6 = 2;

/** `rest`: what is left to do on the result, null if nothing. */
export function splitEpilogue(context: LowerContext, node: Node): { epilogue: Epilogue; rest: Fused | null } {
  let rest = node.fused!;
  let epilogue = NO_EPILOGUE;
  const first = rest.steps[0]!;
  const bias = first.op === 'add' && first.args.includes(0) ? first.args.find((arg) => arg > 0) : undefined;
  const read = bias === undefined ? undefined : rest.reads[bias - 1];
  if (read && isAlongLast(node, read.strides) && isReadOnce(rest, 0)) {
    epilogue = { ...epilogue, bias: context.at(context.input(node, read.input)) + read.offset * 4 };
    rest = withoutFirst(rest);
  }
  if (rest.steps[0]?.op === 'relu' && rest.steps[0].args[0] === 0 && isReadOnce(rest, 0)) {
    epilogue = { ...epilogue, activation: RELU };
    rest = withoutFirst(rest);
  }
  if (epilogue.activation === RELU && isMinimumWithSix(context, node, rest)) {
    epilogue = { ...epilogue, activation: RELU6 };
    rest = withoutFirst(rest);
  }
  return { epilogue, rest: rest.steps.length > 0 ? rest : null };
}

const isAlongLast = ({ shape }: Node, strides: readonly number[]): boolean =>
  shape.every((n, axis) => n === 1 || strides[axis] === (axis === shape.length - 1 ? 1 : 0));

function isMinimumWithSix(context: LowerContext, node: Node, { reads, steps }: Fused): boolean {
  const step = steps[0];
  if (step?.op !== 'minimum' || !isReadOnce({ reads, steps }, 0)) return false;
  const other = step.args.find((arg) => arg > 0);
  const read = other === undefined ? undefined : reads[other - 1];
  const { value } = read ? context.input(node, read.input) : {};
  return read !== undefined && value?.length === 1 && value[0] === 6;
}

const isReadOnce = ({ steps }: Fused, value: number): boolean =>
  steps.flatMap(({ args }) => args).filter((arg) => arg === value).length === 1;

/** The first step's result becomes value 0. */
function withoutFirst({ reads, steps }: Fused): Fused {
  const result = reads.length + 1;
  return {
    reads,
    steps: steps.slice(1).map(({ op, args }) => ({
      op,
      args: args.map((arg) => (arg === result ? 0 : arg > result ? arg - 1 : arg)),
    })),
  };
}
