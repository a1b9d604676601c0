import type { Kernel, Kernels, Tensor, TensorFlow } from './kernel.ts';

const unary =
  (compute: (tf: TensorFlow, x: Tensor) => Tensor): Kernel<unknown> =>
  (tf, [x]) =>
    compute(tf, x!);
const binary =
  (compute: (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor): Kernel<unknown> =>
  (tf, [a, b]) =>
    compute(tf, a!, b!);

/** The WASM backend's largest and smallest of NaN and a number is the number. */
const withNan = (tf: TensorFlow, a: Tensor, b: Tensor, result: Tensor): Tensor =>
  tf.getBackend() === 'wasm' ? tf.where(tf.logicalOr(tf.isNaN(a), tf.isNaN(b)), Number.NaN, result) : result;

export const elementwise = {
  negate: unary((tf, x) => tf.neg(x)),
  exp: unary((tf, x) => tf.exp(x)),
  log: unary((tf, x) => tf.log(x)),
  sqrt: unary((tf, x) => tf.sqrt(x)),
  abs: unary((tf, x) => tf.abs(x)),
  sign: unary((tf, x) => tf.where(tf.isNaN(x), x, tf.sign(x))),
  floor: unary((tf, x) => tf.floor(x)),
  // WebGL's own relu makes NaN of −∞
  relu: unary((tf, x) => (tf.getBackend() === 'webgl' ? tf.maximum(x, 0) : tf.relu(x))),
  sigmoid: unary((tf, x) => tf.sigmoid(x)),
  tanh: unary((tf, x) => tf.tanh(x)),
  erf: unary((tf, x) => tf.erf(x)),
  sin: unary((tf, x) => tf.sin(x)),
  cos: unary((tf, x) => tf.cos(x)),
  cast: (tf, [x], { to }) => tf.cast(x!, to),
  add: binary((tf, a, b) => tf.add(a, b)),
  subtract: binary((tf, a, b) => tf.sub(a, b)),
  multiply: binary((tf, a, b) => tf.mul(a, b)),
  divide: binary((tf, a, b) => tf.div(a, b)),
  maximum: binary((tf, a, b) => withNan(tf, a, b, tf.maximum(a, b))),
  minimum: binary((tf, a, b) => withNan(tf, a, b, tf.minimum(a, b))),
  power: binary((tf, a, b) => tf.pow(a, b)),
  greater: binary((tf, a, b) => tf.cast(tf.greater(a, b), 'float32')),
  equal: binary((tf, a, b) => tf.cast(tf.equal(a, b), 'float32')),
  select: (tf, [condition, a, b]) => tf.where(tf.notEqual(condition!, 0), a!, b!),
} satisfies Partial<Kernels>;
