/** The family of elementwise operators: float32 in and out, inputs broadcast against one another. */
import { broadcastShapes, stretch, sumTo } from './broadcast.ts';
import type { Shape, TensorType } from './graph.ts';
import {
  type AnyValue,
  float32,
  type GradientContext,
  type Operator,
  requireDtypes,
  sameShape,
} from './operator.ts';
import type { TensorRef } from './ops.ts';

export type NoAttributes = Record<never, never>;
export type Unary = Operator<1, NoAttributes>;
export type Binary = Operator<2, NoAttributes>;
export type Ternary = Operator<3, NoAttributes>;
type Context = GradientContext<NoAttributes>;

/** `gradient` null: the function is flat wherever it has a slope. */
export function unaryOperator(
  name: string,
  scalar: (x: number) => number,
  gradient: ((context: Context) => TensorRef) | null,
): Unary {
  return {
    name,
    arity: 1,
    type: (inputs) => elementwiseType(name, inputs),
    scalar,
    reference([x], _, out) {
      const from = x!.data;
      const to = out.data;
      for (let i = 0; i < to.length; i++) to[i] = scalar(from[i]!);
    },
    gradient: (context) => [gradient?.(context) ?? null],
  };
}

/** `gradient` gives what belongs to each input at the output's shape; it is summed where that input was stretched. */
export function binaryOperator(
  name: string,
  scalar: (a: number, b: number) => number,
  gradient: ((context: Context) => readonly [TensorRef, TensorRef]) | null,
): Binary {
  return {
    name,
    arity: 2,
    type: (inputs) => elementwiseType(name, inputs),
    scalar,
    reference: ([a, b], _, out) => forEachPair(a!, b!, out, scalar),
    gradient: (context) => (gradient ? fitToInputs(context, gradient(context)) : [null, null]),
  };
}

export function ternaryOperator(
  name: string,
  scalar: (a: number, b: number, c: number) => number,
  gradient: (context: Context) => readonly (TensorRef | null)[],
): Ternary {
  return {
    name,
    arity: 3,
    type: (inputs) => elementwiseType(name, inputs),
    scalar,
    reference(inputs, _, out) {
      const [a, b, c] = inputs.map((input) => stretch(input, out.shape));
      for (let i = 0; i < out.data.length; i++) out.data[i] = scalar(a![i]!, b![i]!, c![i]!);
    },
    gradient: (context) => fitToInputs(context, gradient(context)),
  };
}

function elementwiseType(name: string, inputs: readonly TensorType[]): TensorType {
  requireDtypes(
    name,
    inputs,
    inputs.map(() => 'float32'),
  );
  return float32(inputs.map(({ shape }) => shape).reduce((a, b) => broadcastShapes(name, a, b)));
}

const fitToInputs = ({ ops, inputs }: Context, gradients: readonly (TensorRef | null)[]) =>
  gradients.map((dy, i) => dy && sumTo(ops, dy, inputs[i]!.shape));

function forEachPair(
  a: AnyValue,
  b: AnyValue,
  out: AnyValue,
  scalar: (a: number, b: number) => number,
): void {
  const to = out.data;
  const x = stretch(a, out.shape);
  // A bias row, a scalar or the whole is read over and over; anything else is stretched.
  const y = isSuffix(b.shape, out.shape) ? b.data : stretch(b, out.shape);
  const period = y.length;
  for (let i = 0, j = 0; i < to.length; i++, j = j + 1 === period ? 0 : j + 1) to[i] = scalar(x[i]!, y[j]!);
}

const isSuffix = (b: Shape, out: Shape): boolean => sameShape(b, out.slice(out.length - b.length));
