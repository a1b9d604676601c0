/** The elementwise operators as WGSL expressions, for one element (f32) or four (vec4f). */
import type { Access } from '../kernel.ts';

export type Width = 1 | 4;

/** An argument: an expression, and its value where that is known. */
export interface Argument {
  text: string;
  literal?: number;
}

type Rule = (
  t: (x: number) => string,
  call: (helper: string, ...args: string[]) => string,
  ...args: Argument[]
) => string;

/** Comparisons with NaN are false, so that relu, written as one, keeps NaN. */
const rules: Record<string, Rule> = {
  add: (_, __, a, b) => `(${a!.text} + ${b!.text})`,
  subtract: (_, __, a, b) => `(${a!.text} - ${b!.text})`,
  multiply: (_, __, a, b) => `(${a!.text} * ${b!.text})`,
  divide: (_, __, a, b) => `(${a!.text} / ${b!.text})`,
  maximum: (_, call, a, b) => call('maximum', a!.text, b!.text),
  minimum: (_, call, a, b) => call('minimum', a!.text, b!.text),
  power: powerOf,
  negate: (_, __, x) => `(-${x!.text})`,
  exp: (_, call, x) => call('exponential', x!.text),
  log: (_, call, x) => call('logarithm', x!.text),
  sqrt: (_, __, x) => `sqrt(${x!.text})`,
  abs: (_, __, x) => `abs(${x!.text})`,
  sign: (_, call, x) => call('signOf', x!.text),
  floor: (_, __, x) => `floor(${x!.text})`,
  relu: (t, __, x) => `select(${x!.text}, ${t(0)}, ${x!.text} < ${t(0)})`,
  sigmoid: (_, call, x) => call('sigmoid', x!.text),
  tanh: (_, call, x) => call('tangent', x!.text),
  erf: (_, call, x) => call('errorFunction', x!.text),
  sin: (_, call, x) => call('sine', x!.text),
  cos: (_, call, x) => call('cosine', x!.text),
  greater: (t, __, a, b) => `select(${t(0)}, ${t(1)}, ${a!.text} > ${b!.text})`,
  equal: (t, __, a, b) => `select(${t(0)}, ${t(1)}, ${a!.text} == ${b!.text})`,
  select: (t, __, condition, a, b) => `select(${a!.text}, ${b!.text}, ${condition!.text} == ${t(0)})`,
};

export const isElementwise = (op: string): boolean => Object.hasOwn(rules, op);

export function scalarExpression(
  op: string,
  width: Width,
  args: readonly Argument[],
  access: Access,
): string {
  const call = (helper: string, ...texts: string[]) =>
    `${access.helper(`${helper}${width}`)}(${texts.join(', ')})`;
  return rules[op]!((x) => literal(x, width), call, ...args);
}

/** A finite number; four of it for width 4. */
export function literal(x: number, width: Width): string {
  const rounded = Math.fround(x);
  const digits = String(rounded);
  const text = `${/[.e]/.test(digits) ? digits : `${digits}.0`}f`;
  if (width === 4) return `vec4f(${text})`;
  return rounded < 0 || Object.is(rounded, -0) ? `(${text})` : text;
}

function powerOf(...[t, call, a, b]: Parameters<Rule>): string {
  const x = a!.text;
  if (b!.literal === 2) return `(${x} * ${x})`;
  if (b!.literal === 1) return x;
  if (b!.literal === -1) return `(${t(1)} / ${x})`;
  if (b!.literal === 0.5) return `sqrt(${x})`;
  return call('power', x, b!.text);
}
