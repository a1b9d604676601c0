/** Kernels of one thread for each element of the output, or for each four: what most operators come down to. */
import { type NodeContext, write } from '../context.ts';
import { type Access, type ElementKernel, groupsFor, type Kernel, type Use, WORKGROUP } from '../kernel.ts';
import { type Body, Code, epilogueOf, startNames } from './body.ts';
import type { Width } from './scalar.ts';

export interface MapRule {
  /** What the node's own operator reads. */
  uses: readonly Use[];
  /** Whether it can do four neighbouring elements at a time. */
  quads: boolean;
  /** The value of element `i`, or of the four from `i` on. */
  value(code: Code, access: Access, i: string, width: Width): string;
}

/** The node's own operator by `rule`, then the program it carries. */
export function mapKernel(context: NodeContext, rule: MapRule): Kernel {
  const body = epilogueOf(context);
  const sameIndex = rule.uses.map(() => false);
  return elementKernel(context, [...rule.uses], sameIndex, rule.quads, body, (code, access, i, width) =>
    rule.value(code, access, i, width),
  );
}

export function elementKernel(
  { node, output }: NodeContext,
  ownUses: readonly Use[],
  ownSameIndex: readonly boolean[],
  ownQuads: boolean,
  body: Body,
  own?: (code: Code, access: Access, i: string, width: Width) => string,
): Kernel {
  const wide = ownQuads && body.quads && output.place.offset % 4 === 0 && output.dtype === 'float32';
  const width: Width = wide ? 4 : 1;
  const uses = [...ownUses, ...body.uses, write(output, wide)].map((use) =>
    wide ? use : { ...use, wide: false },
  );
  const target = uses.length - 1;
  const element: ElementKernel = {
    count: output.size / width,
    wide,
    sameIndex: [...ownSameIndex, ...body.sameIndex, true],
    emit(access) {
      const code = new Code();
      const value = own?.(code, access, 'i', width);
      const result = body.emit(code, access, ownUses.length, 'i', width, value);
      code.add(wide ? access.store4(target, 'i', result) : access.store(target, 'i', result));
      return String(code);
    },
  };
  return kernelOfElements(node.op === 'fused' ? fusedLabel(node.fused!.steps) : node.op, uses, element);
}

export const fusedLabel = (steps: readonly { op: string }[]): string => steps.map(({ op }) => op).join('+');

export function kernelOfElements(label: string, uses: readonly Use[], element: ElementKernel): Kernel {
  return {
    label,
    uses,
    groups: groupsFor(element.count),
    element,
    emit(access) {
      startNames();
      return `let thread = group * ${WORKGROUP}u + local;
if (thread >= ${element.count}u) { return; }
let i = thread${element.wide ? ' * 4u' : ''};
${element.emit(access)}`;
    },
  };
}
