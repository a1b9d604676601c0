/** A compiled graph as its users see it: values by name, checked at the door. */
/// <reference types="@webgpu/types" />
import type { Graph, TensorData } from '../../graph/graph.ts';
import type { MemoryPlan } from '../../graph/memory-plan.ts';
import { sizeOf } from '../../graph/operator.ts';
import { checkedSteps, checkedValue, parameterOf } from '../check-values.ts';
import { roundUp } from './bindings.ts';
import type { Buffers } from './buffers.ts';
import type { Commands } from './commands.ts';
import type { DeviceState } from './device-state.ts';
import type { Runner } from './runner.ts';
import type { WebgpuProgram } from './webgpu-executor.ts';

export interface ProgramParts {
  state: DeviceState;
  graph: Graph;
  plan: MemoryPlan;
  buffers: Buffers;
  commands: Commands;
  runner: Runner;
}

export function createProgram({
  state,
  graph,
  plan,
  buffers,
  commands,
  runner,
}: ProgramParts): WebgpuProgram {
  const { device } = state;
  const { of, stride } = buffers;
  const constants = graph.nodes.filter(
    ({ op, id, value }) => op === 'constant' && plan.places[id] && value!.length > 0,
  );
  for (const { id, value } of constants) {
    device.queue.writeBuffer(of.constants, plan.places[id]!.offset * 4, value as Float32Array<ArrayBuffer>);
  }
  const inputs = graph.inputs.map(({ name, node }) => {
    const { shape, dtype } = graph.nodes[node]!;
    return { name, shape, dtype, size: sizeOf(shape), offset: plan.places[node]!.offset };
  });
  const outputs = graph.outputs.map(({ name, node }, i) => {
    const { shape, dtype } = graph.nodes[node]!;
    return { name, shape, dtype, size: sizeOf(shape), offset: plan.outputs[i]!.offset };
  });
  const placeOf = (name: string) => {
    const { node, shape, dtype } = parameterOf(graph, name);
    return { offset: plan.places[node]!.offset, size: sizeOf(shape), shape, dtype };
  };

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    state.check();
    try {
      return await work();
    } catch (error) {
      // The promise that tells of a loss may settle just after the failures that it causes.
      await Promise.resolve();
      throw state.explain(error);
    }
  }

  const steps = async (
    count: number,
    given: readonly TensorData[],
  ): Promise<Record<string, Float32Array>> => {
    const results = outputs.map(({ size }) => new Float32Array(count * size));
    const fill = (words: ArrayBuffer, first: number, runs: number) => {
      for (const [i, { size, offset, dtype }] of inputs.entries()) {
        const to = dtype === 'int32' ? new Int32Array(words) : new Float32Array(words);
        const from = given[i]!;
        for (let run = 0; run < runs; run++) {
          const at = run * stride.inputs + offset;
          if (size === 1) to[at] = from[first + run]!;
          else to.set(from.subarray((first + run) * size, (first + run + 1) * size), at);
        }
      }
    };
    const take = (words: ArrayBuffer, first: number, runs: number) => {
      for (const [i, { size, offset, dtype }] of outputs.entries()) {
        const from = dtype === 'int32' ? new Int32Array(words) : new Float32Array(words);
        for (let run = 0; run < runs; run++) {
          const at = run * stride.outputs + offset;
          results[i]!.set(from.subarray(at, at + size), (first + run) * size);
        }
      }
    };
    await runner.run(count, fill, take);
    return Object.fromEntries(outputs.map(({ name }, i) => [name, results[i]!]));
  };

  return {
    stats: {
      dispatches: commands.dispatches,
      labels: commands.labels,
      get submits() {
        return runner.submits;
      },
    },
    async run(given) {
      const data = inputs.map(({ name, ...type }) => checkedValue('input', name, given[name], type).data);
      const results = await guarded(() => steps(1, data));
      return Object.fromEntries(outputs.map(({ name, shape }) => [name, { shape, data: results[name]! }]));
    },
    async steps(count, given) {
      const data = inputs.map(({ name, ...type }) => checkedSteps(name, given[name], count, type));
      return guarded(() => steps(count, data));
    },
    async write(values) {
      const checked = [...values].map(([name, value]) => {
        const place = placeOf(name);
        return { place, data: checkedValue('parameter', name, value, place).data };
      });
      await guarded(async () => {
        for (const { place, data } of checked) {
          if (data.length > 0) {
            device.queue.writeBuffer(of.parameters, place.offset * 4, data as Float32Array<ArrayBuffer>);
          }
        }
      });
    },
    async read(names) {
      const places = names.map((name) => ({ name, ...placeOf(name) }));
      const total = places.reduce((sum, { size }) => sum + roundUp(size, 4), 0);
      if (total === 0)
        return new Map(places.map(({ name, shape }) => [name, { shape, data: new Float32Array(0) }]));
      return guarded(async () => {
        const { MAP_READ, COPY_DST } = GPUBufferUsage;
        const staging = device.createBuffer({
          label: 'parameters to read',
          size: total * 4,
          usage: MAP_READ | COPY_DST,
        });
        try {
          const encoder = device.createCommandEncoder();
          let at = 0;
          for (const { offset, size } of places) {
            if (size > 0) encoder.copyBufferToBuffer(of.parameters, offset * 4, staging, at * 4, size * 4);
            at += roundUp(size, 4);
          }
          device.queue.submit([encoder.finish()]);
          await staging.mapAsync(GPUMapMode.READ);
          const words = staging.getMappedRange();
          at = 0;
          return new Map(
            places.map(({ name, shape, dtype, size }) => {
              const from =
                dtype === 'int32'
                  ? new Int32Array(words, at * 4, size)
                  : new Float32Array(words, at * 4, size);
              at += roundUp(size, 4);
              return [name, { shape, data: from.slice() }] as const;
            }),
          );
        } finally {
          staging.destroy();
        }
      });
    },
    dispose() {
      buffers.destroy();
      runner.destroy();
    },
  };
}
