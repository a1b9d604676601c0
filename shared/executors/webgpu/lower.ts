/** From a graph and its memory plan to the kernels of a run, in order. */
import { AppError } from '../../errors.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import type { MemoryPlan } from '../../graph/memory-plan.ts';
import { sizeOf } from '../../graph/operator.ts';
import { ALIGNMENT, roundUp } from './bindings.ts';
import type { NodeContext, Tile } from './context.ts';
import { generatorOf } from './generators.ts';
import type { Kernel, Operand } from './kernel.ts';
import { copyKernel } from './wgsl/movement.ts';

export interface Lowered {
  kernels: Kernel[];
  /** The plan's, with the kernels' scratch memory behind the temporaries. */
  sizes: MemoryPlan['sizes'];
}

export function lowerGraph({ nodes }: Graph, plan: MemoryPlan, largestTile: Tile): Lowered {
  const sizes = { ...plan.sizes };
  const operandOf = ({ id, shape, dtype }: Node): Operand => ({
    place: plan.places[id]!,
    size: sizeOf(shape),
    dtype,
  });
  const scratch: NodeContext['scratch'] = (size, dtype = 'float32') => {
    const place = { region: 'temporaries' as const, offset: roundUp(sizes.temporaries, ALIGNMENT) };
    sizes.temporaries = place.offset + size;
    return { place, size, dtype };
  };
  const kernelsOf = (node: Node): readonly Kernel[] => {
    const generate = generatorOf(node.op);
    if (!generate) throw new AppError('unsupported', `The webgpu executor lacks the operator "${node.op}"`);
    if (sizeOf(node.shape) === 0) return [];
    const inputs = node.inputs.map((id) => nodes[id]!);
    return generate({
      node,
      shapes: inputs.map(({ shape }) => shape),
      input: (i) => operandOf(inputs[i]!),
      constantOf: (i) => sameThroughout(inputs[i]!),
      output: operandOf(node),
      largestTile,
      scratch,
    });
  };
  const kernels = plan.steps.flatMap((step) => {
    if (step.kind === 'run') return kernelsOf(nodes[step.node]!);
    const { from, to, size } = step;
    return [copyKernel({ place: from, size, dtype: 'float32' }, { place: to, size, dtype: 'float32' })];
  });
  return { kernels, sizes };
}

/** A finite number that fills the whole of a float32 constant: it goes into the kernel's text. */
function sameThroughout({ dtype, value }: Node): number | undefined {
  const first = value?.[0];
  if (dtype !== 'float32' || first === undefined || !Number.isFinite(first)) return undefined;
  return value!.length <= 4096 && value!.every((x) => x === first) ? first : undefined;
}
