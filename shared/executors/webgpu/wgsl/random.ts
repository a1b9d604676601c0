/** Uniform numbers by counter, the same bits as the reference's. */
import { type Generator, read } from '../context.ts';
import { mapKernel } from './map.ts';

const GOLDEN = 0x9e3779b9;

export const randomUniform: Generator = (context) => {
  const { seed } = context.node.attributes as { seed: number };
  return [
    mapKernel(context, {
      uses: [read(context.input(0))],
      quads: true,
      value(code, access, i, width) {
        const mix1 = access.helper('mix1');
        const mixed = `${mix1}(${(seed + GOLDEN) >>> 0}u)`;
        const key = code.let(`${mix1}(${mixed} + bitcast<u32>(${access.load(0, '0u')}))`);
        if (width === 1) return `f32(${mix1}(${key} + ${i} * ${GOLDEN}u) >> 8u) * 0x1p-24f`;
        const counters = `vec4u(${key}) + (vec4u(${i}) + vec4u(0u, 1u, 2u, 3u)) * vec4u(${GOLDEN}u)`;
        return `vec4f(${access.helper('mix4')}(${counters}) >> vec4u(8u)) * 0x1p-24f`;
      },
    }),
  ];
};
