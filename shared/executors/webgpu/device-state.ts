/** What is kept for a device, whatever the number of its programs: pipelines by their source, and whether it is lost. */
/// <reference types="@webgpu/types" />
import { AppError } from '../../errors.ts';
import type { Binding } from './bindings.ts';
import type { Tile } from './context.ts';
import type { Shader } from './shader.ts';

export interface DeviceState {
  device: GPUDevice;
  /** The fastest, once it has been looked for. */
  tile: Promise<Tile> | undefined;
  /** Throws AppError `unavailable` once the device is lost. */
  check(): void;
  /** An error met while working, told apart from a loss of the device. */
  explain(error: unknown): AppError;
  layoutOf(bindings: readonly Binding[]): GPUBindGroupLayout;
  pipelineOf(shader: Shader, bindings: readonly Binding[]): Promise<GPUComputePipeline>;
}

const states = new WeakMap<GPUDevice, DeviceState>();

export function stateOf(device: GPUDevice): DeviceState {
  let state = states.get(device);
  if (!state) {
    state = createState(device);
    states.set(device, state);
  }
  return state;
}

function createState(device: GPUDevice): DeviceState {
  const layouts = new Map<string, GPUBindGroupLayout>();
  const pipelines = new Map<string, Promise<GPUComputePipeline>>();
  let lost: AppError | null = null;
  device.lost.then(({ reason, message }) => {
    const why = reason === 'destroyed' ? 'it was destroyed' : message || 'for a reason unknown';
    lost = new AppError(
      'unavailable',
      `The WebGPU device was lost (${why}); ask for a new one and compile again`,
    );
  });

  const layoutOf = (bindings: readonly Binding[]) => {
    const key = bindings.map(({ write, dynamic }) => `${write ? 'w' : 'r'}${dynamic ? 'd' : ''}`).join();
    let layout = layouts.get(key);
    if (!layout) {
      layout = device.createBindGroupLayout({
        label: key,
        entries: bindings.map(({ write, dynamic }, binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: write ? 'storage' : 'read-only-storage', hasDynamicOffset: dynamic },
        })),
      });
      layouts.set(key, layout);
    }
    return layout;
  };

  async function createPipeline({ code, label }: Shader, bindings: readonly Binding[]) {
    const layout = device.createPipelineLayout({ bindGroupLayouts: [layoutOf(bindings)] });
    const module = device.createShaderModule({ label, code });
    try {
      return await device.createComputePipelineAsync({
        label,
        layout,
        compute: { module, entryPoint: 'main' },
      });
    } catch (error) {
      if (lost) throw lost;
      const { messages } = await module.getCompilationInfo();
      const problems = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join('; ');
      throw new AppError(
        'internal',
        `The kernel of ${label} does not compile on this device: ${problems || String(error)}`,
        {
          cause: error,
          details: { code },
        },
      );
    }
  }

  return {
    device,
    tile: undefined,
    check() {
      if (lost) throw lost;
    },
    explain(error) {
      if (error instanceof AppError) return error;
      return lost ?? new AppError('internal', `WebGPU failed: ${String(error)}`, { cause: error });
    },
    layoutOf,
    pipelineOf(shader, bindings) {
      const key = `${bindings.map(({ dynamic }) => Number(dynamic)).join('')}\n${shader.code}`;
      let pipeline = pipelines.get(key);
      if (!pipeline) {
        pipeline = createPipeline(shader, bindings);
        pipelines.set(key, pipeline);
        pipeline.catch(() => pipelines.delete(key));
      }
      return pipeline;
    },
  };
}
