/** The prepared dispatches of a run: pipelines, bind groups and counts, so that a run is little more than a walk over them. */
/// <reference types="@webgpu/types" />
import type { MemoryPlan } from '../../graph/memory-plan.ts';
import { type Binding, bindingsFor } from './bindings.ts';
import type { Buffers } from './buffers.ts';
import type { DeviceState } from './device-state.ts';
import type { Kernel } from './kernel.ts';
import { shaderOf } from './shader.ts';

export interface Commands {
  /** Of one run. */
  dispatches: number;
  /** Operators of each dispatch, for people. */
  labels: readonly string[];
  /** Encodes the run whose inputs and outputs lie in `slot`. */
  encode(pass: GPUComputePassEncoder, slot: number): void;
}

interface Dispatch {
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
  /** Where in a slot's pair of offsets those of this group begin, and how many there are. */
  first: number;
  count: number;
  workgroups: [x: number, y: number];
}

export async function prepareCommands(
  state: DeviceState,
  groups: readonly (readonly Kernel[])[],
  sizes: MemoryPlan['sizes'],
  buffers: Buffers,
  limit: number,
): Promise<Commands> {
  const labels: string[] = [];
  const dispatches = await Promise.all(
    groups.map(async (kernels, n): Promise<Dispatch> => {
      const bindings = bindingsFor(kernels, sizes, limit);
      const shader = shaderOf(kernels, bindings);
      labels[n] = shader.label;
      const dynamic = bindings.filter((binding) => binding.dynamic);
      return {
        pipeline: await state.pipelineOf(shader, bindings),
        group: bindGroupOf(state, bindings, buffers),
        first: dynamic[0]?.region === 'outputs' ? 1 : 0,
        count: dynamic.length,
        workgroups: shader.workgroups,
      };
    }),
  );
  const { stride, slots } = buffers;
  const offsets = Uint32Array.from({ length: 2 * slots }, (_, i) =>
    i % 2 === 0 ? (i >> 1) * stride.inputs * 4 : (i >> 1) * stride.outputs * 4,
  );
  return {
    dispatches: dispatches.length,
    labels,
    encode(pass, slot) {
      for (const { pipeline, group, first, count, workgroups } of dispatches) {
        pass.setPipeline(pipeline);
        if (count === 0) pass.setBindGroup(0, group);
        else pass.setBindGroup(0, group, offsets, 2 * slot + first, count);
        pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
      }
    },
  };
}

/** Inputs come before outputs among the bindings, as `bindingsFor` sorts by region. */
const bindGroupOf = (state: DeviceState, bindings: readonly Binding[], buffers: Buffers): GPUBindGroup =>
  state.device.createBindGroup({
    layout: state.layoutOf(bindings),
    entries: bindings.map(({ region, start, end }, binding) => ({
      binding,
      resource: { buffer: buffers.of[region], offset: start * 4, size: (end - start) * 4 },
    })),
  });
