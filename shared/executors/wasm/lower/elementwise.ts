/** Elementwise nodes and the chains that were fused into others, as programs for kernels/elementwise.c. */
import { AppError } from '../../../errors.ts';
import type { Fused, Node, Shape } from '../../../graph/graph.ts';
import { sizeOf } from '../../../graph/operator.ts';
import { broadcastStrides, stridesOf } from '../../../graph/strided.ts';
import { collapse } from './collapse.ts';
import type { LowerContext, Lowering } from './lowering.ts';

/** Elements of a slot: BLOCK in kernels/elementwise.c. */
const BLOCK = 512;
/** Reads and slots of one program: VALUES there. */
const MOST_VALUES = 256;

/** In the order of `steps` there. */
const stepNames = [
  'copy',
  'add',
  'subtract',
  'multiply',
  'divide',
  'maximum',
  'minimum',
  'power',
  'negate',
  'exp',
  'log',
  'sqrt',
  'abs',
  'sign',
  'floor',
  'relu',
  'sigmoid',
  'tanh',
  'erf',
  'sin',
  'cos',
  'greater',
  'equal',
  'select',
  'toFloat',
  'toInt',
];

const ALONG = 0; // element i of the output needs element i
const SCALAR = 1;
const STRIDED = 2;

interface Body {
  out: number;
  shape: Shape;
  reads: readonly { address: number; strides: readonly number[] }[];
  steps: Fused['steps'];
}

/** A node whose operator is elementwise. */
export const lowerElementwise: Lowering = (context, node) =>
  addBody(context, {
    out: context.at(node),
    shape: node.shape,
    reads: node.inputs.map((_, i) => readOf(context, node, i)),
    steps: [{ op: node.op, args: node.inputs.map((_, i) => i) }],
  });

export const lowerCast: Lowering = (context, node) => {
  const from = context.input(node, 0).dtype;
  const op = from === node.dtype ? 'copy' : node.dtype === 'int32' ? 'toInt' : 'toFloat';
  addBody(context, {
    out: context.at(node),
    shape: node.shape,
    reads: [readOf(context, node, 0)],
    steps: [{ op, args: [0] }],
  });
};

/** A `fused` node, or the chain behind another operator, whose result then lies in the node's place. */
export function lowerFused(context: LowerContext, node: Node, fused: Fused): void {
  const out = context.at(node);
  const own = node.op === 'fused' ? [] : [{ address: out, strides: stridesOf(node.shape) }];
  addBody(context, {
    out,
    shape: node.shape,
    reads: [
      ...own,
      ...fused.reads.map(({ input, offset, strides }) => ({
        address: context.at(context.input(node, input)) + offset * 4,
        strides,
      })),
    ],
    steps: fused.steps,
  });
}

const readOf = (context: LowerContext, node: Node, place: number) => {
  const input = context.input(node, place);
  return { address: context.at(input), strides: broadcastStrides(input.shape, node.shape) };
};

function addBody(context: LowerContext, { out, shape, reads, steps }: Body): void {
  if (sizeOf(shape) === 0) return;
  const { sizes, strides } = collapse(
    shape,
    reads.map((read) => read.strides),
  );
  const along = stridesOf(sizes);
  const kinds = strides.map((own) => {
    if (own.every((stride) => stride === 0)) return SCALAR;
    return own.every((stride, axis) => stride === along[axis]) ? ALONG : STRIDED;
  });

  // Slots of scratch: those of scalars stay, the others are free after their last use.
  const lastUse = new Map<number, number>();
  for (const [i, { args }] of steps.entries()) for (const arg of args) lastUse.set(arg, i);
  const free: number[] = [];
  let slots = 0;
  const take = () => free.pop() ?? slots++;
  const places: number[] = []; // by value, as the kernel numbers them
  const readSlots = kinds.map((kind, i) => {
    places.push(i);
    return kind === ALONG ? 0 : take();
  });
  const stepWords: number[] = [];
  for (const [i, { op, args }] of steps.entries()) {
    const code = stepNames.indexOf(op);
    if (code < 0)
      throw new AppError('unsupported', `The wasm executor has no kernel for operator "${op}" in a chain`);
    const from = args.map((arg) => places[arg]!);
    for (const arg of new Set(args)) {
      if (lastUse.get(arg) !== i) continue;
      if (arg >= reads.length) free.push(places[arg]! - reads.length);
      else if (kinds[arg] === STRIDED) free.push(readSlots[arg]!);
    }
    const to = reads.length + (i < steps.length - 1 ? take() : 0);
    places.push(to);
    stepWords.push(code, to, from[0]!, from[1] ?? from[0]!, from[2] ?? from[0]!);
  }
  if (reads.length + slots > MOST_VALUES) {
    throw new AppError(
      'unsupported',
      `A fused chain of ${steps.length} steps is too long for the wasm executor`,
    );
  }
  context.scratch(slots * BLOCK);
  const readWords = reads.flatMap(({ address }, i) => [address, kinds[i]!, readSlots[i]!, ...strides[i]!]);
  context.add('elementwise', [
    out,
    sizeOf(shape),
    sizes.length,
    reads.length,
    slots,
    steps.length,
    ...sizes,
    ...readWords,
    ...stepWords,
  ]);
}
