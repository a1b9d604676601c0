/** `randomUniform` in uint32 arithmetic inside the graph: the very bits of the reference. */
import type { Shape } from '../../../shared/graph/graph.ts';
import { sizeOf } from '../../../shared/graph/operator.ts';
import { mix } from '../../../shared/graph/random.ts';
import { attr } from '../graph-def.ts';
import { FLOAT, INT, type Scope, type Value } from '../scope.ts';
import type { Emitter } from './emitter.ts';
import { reshaped } from './movement.ts';

const GOLDEN = 0x9e3779b9;
const UINT = attr.type('uint32');

const uint = (scope: Scope, value: number): Value => scope.constant('uint32', [], Uint32Array.of(value));

const combine = (scope: Scope, op: string, a: Value, b: Value): Value =>
  scope.add(op, [a, b], { T: UINT }, { output: 'z' });

/** `mix` of shared/graph/random.ts. */
function mixed(scope: Scope, value: Value): Value {
  const fold = (h: Value, shift: number) =>
    combine(scope, 'BitwiseXor', h, combine(scope, 'RightShift', h, uint(scope, shift)));
  const times = (h: Value, factor: number) => combine(scope, 'Mul', h, uint(scope, factor));
  return fold(times(fold(times(fold(value, 16), 0x85ebca6b), 13), 0xc2b2ae35), 16);
}

const randomUniform: Emitter<{ shape: Shape; seed: number }> = ({ scope, inputs, attributes }) => {
  const { shape, seed } = attributes;
  const toUint = (value: Value) => scope.add('Cast', [value], { SrcT: INT, DstT: UINT }, { output: 'y' });
  const start = uint(scope, mix(seed + GOLDEN) >>> 0);
  const key = mixed(scope, combine(scope, 'AddV2', start, toUint(inputs[0]!)));
  const numbers = scope.add('Range', [scope.int(0), scope.int(sizeOf(shape)), scope.int(1)], { Tidx: INT });
  const offsets = combine(scope, 'Mul', toUint(numbers), uint(scope, GOLDEN));
  const bits = combine(
    scope,
    'RightShift',
    mixed(scope, combine(scope, 'AddV2', offsets, key)),
    uint(scope, 8),
  );
  const whole = scope.add('Cast', [bits], { SrcT: UINT, DstT: FLOAT }, { output: 'y' });
  const flat = scope.add('Mul', [whole, scope.float(2 ** -24)], { T: FLOAT }, { output: 'z' });
  return reshaped(scope, flat, shape);
};

export const random = { randomUniform };
