/**
 * Runs graphs on a GPU: WGSL generated for each graph, everything resident, a run one walk over prepared dispatches.
 */
/// <reference types="@webgpu/types" />
import type { Graph } from '../../graph/graph.ts';
import { planMemory } from '../../graph/memory-plan.ts';
import { optimize } from '../../graph/passes/optimize.ts';
import { checkedValue, operatorsOf, parameterOf } from '../check-values.ts';
import type { Executor, Program } from '../executor.ts';
import { ALIGNMENT } from './bindings.ts';
import { createBuffers } from './buffers.ts';
import { prepareCommands } from './commands.ts';
import type { Tile } from './context.ts';
import { type DeviceState, stateOf } from './device-state.ts';
import { lowerGraph } from './lower.ts';
import { createRunner } from './runner.ts';
import { scheduleKernels } from './schedule.ts';
import { TILES, tuneTile, worthTuning } from './tune-tile.ts';
import { createProgram } from './webgpu-program.ts';

export interface WebgpuProgram extends Program {
  readonly stats: {
    /** Of one run. */
    dispatches: number;
    /** So far. */
    submits: number;
    /** Operators of each dispatch. */
    labels: readonly string[];
  };
}

export interface WebgpuExecutor extends Executor {
  compile(...args: Parameters<Executor['compile']>): Promise<WebgpuProgram>;
}

/**
 * The device stays the caller's: it outlives the programs, and `dispose` does not destroy it. `tile`: for sums of products,
 * instead of the one that is fastest on the device.
 */
export function createWebgpuExecutor(device: GPUDevice, { tile }: { tile?: Tile } = {}): WebgpuExecutor {
  const state = stateOf(device);
  return {
    name: 'webgpu',
    async compile(traced, values) {
      state.check();
      operatorsOf(traced);
      const given = [...values].map(([name, value]) => {
        const spec = parameterOf(traced, name);
        return checkedValue('parameter', name, value, spec) && ([name, value] as const);
      });
      const graph = optimize(traced, { fuse: true });
      try {
        const program = await assemble(state, graph, tile ?? (await tileOf(state, graph)));
        await program.write(new Map(given));
        return program;
      } catch (error) {
        throw state.explain(error);
      }
    },
  };
}

/** What a tile is worth, a trial graph says once for each device, and only where there is work enough to gain by it. */
async function tileOf(state: DeviceState, graph: Graph): Promise<Tile> {
  if (!worthTuning(graph)) return TILES[0]!;
  state.tile ??= tuneTile((trial, tile) => assemble(state, trial, tile));
  return state.tile;
}

async function assemble(state: DeviceState, graph: Graph, tile: Tile): Promise<WebgpuProgram> {
  const { device } = state;
  const plan = planMemory(graph, { align: ALIGNMENT });
  const { kernels, sizes } = lowerGraph(graph, plan, tile);
  const limit = device.limits.maxStorageBuffersPerShaderStage;
  const groups = scheduleKernels(kernels, sizes, limit);
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const buffers = createBuffers(device, sizes);
  try {
    // Text, buffers and bind groups are made before the first wait, within the error scopes.
    const preparing = prepareCommands(state, groups, sizes, buffers, limit);
    const problems = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    const commands = await preparing;
    for (const problem of problems) if (problem) throw state.explain(problem.message);
    const runner = createRunner(device, commands, buffers, graph.inputs.length > 0);
    return createProgram({ state, graph, plan, buffers, commands, runner });
  } catch (error) {
    buffers.destroy();
    throw error;
  }
}
