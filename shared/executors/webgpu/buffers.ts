/** The device memory of one program: a buffer for each region, those of inputs and outputs with room for several runs. */
/// <reference types="@webgpu/types" />
import { AppError } from '../../errors.ts';
import type { MemoryPlan, Region } from '../../graph/memory-plan.ts';
import { ALIGNMENT, roundUp } from './bindings.ts';

/** Of inputs and outputs each, at most. */
const RING_BYTES = 8 * 2 ** 20;
const MOST_SLOTS = 4096;

export interface Buffers {
  of: Readonly<Record<Region, GPUBuffer>>;
  /** Runs that inputs and outputs have room for. */
  slots: number;
  /** Elements from one run's inputs to the next's, and outputs likewise. */
  stride: { inputs: number; outputs: number };
  destroy(): void;
}

/** Throws AppError `too_large` where the device does not allow buffers so large. */
export function createBuffers(device: GPUDevice, sizes: MemoryPlan['sizes']): Buffers {
  const stride = {
    inputs: roundUp(sizes.inputs + 1, ALIGNMENT),
    outputs: roundUp(sizes.outputs + 1, ALIGNMENT),
  };
  const slots = Math.max(
    1,
    Math.min(MOST_SLOTS, Math.floor(RING_BYTES / (4 * Math.max(stride.inputs, stride.outputs)))),
  );
  const create = (region: Region, size: number): GPUBuffer => {
    const bytes = roundUp(size + 1, ALIGNMENT) * 4;
    const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
    if (bytes > most) {
      throw new AppError(
        'too_large',
        `The graph's ${region} take ${bytes} bytes; this WebGPU device allows buffers of ${most}`,
      );
    }
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
    return device.createBuffer({ label: region, size: bytes, usage: STORAGE | COPY_DST | COPY_SRC });
  };
  const of: Record<Region, GPUBuffer> = {
    parameters: create('parameters', sizes.parameters),
    constants: create('constants', sizes.constants),
    inputs: create('inputs', stride.inputs * slots),
    outputs: create('outputs', stride.outputs * slots),
    temporaries: create('temporaries', sizes.temporaries),
  };
  return {
    of,
    slots,
    stride,
    destroy() {
      for (const buffer of Object.values(of)) buffer.destroy();
    },
  };
}
