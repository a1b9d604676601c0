/** The page's script: starts one contestant, trains with it when told, and counts what it hands to the GPU. */
import type { Contestant, StartContestant, TrainingCase } from './contestant.ts';
import { startJax } from './jax.ts';
import { startOwn } from './own.ts';
import { startTfjsFit, startTfjsLoop } from './tfjs.ts';

const CONTESTANTS: Readonly<Record<string, StartContestant>> = {
  webgpu: startOwn('webgpu'),
  wasm: startOwn('wasm'),
  'tfjs-fit': startTfjsFit('webgpu'),
  'tfjs-loop': startTfjsLoop('webgpu'),
  'jax-js': startJax,
  'tfjs-wasm': startTfjsLoop('wasm'),
  'tfjs-cpu': startTfjsLoop('cpu'),
};

export interface Trained {
  loss: number;
  /** ms until the device was done. */
  ms: number;
  dispatches: number;
  submits: number;
}

const counts = { dispatches: 0, submits: 0 };
let contestant: Contestant;

const bench = {
  async start(name: string, task: TrainingCase): Promise<void> {
    contestant = await CONTESTANTS[name]!(task);
  },
  async train(steps: number): Promise<Trained> {
    const before = { ...counts };
    const start = performance.now();
    const loss = await contestant.train(steps);
    const ms = performance.now() - start;
    const dispatches = counts.dispatches - before.dispatches;
    return { loss, ms, dispatches, submits: counts.submits - before.submits };
  },
};
export type PageBench = typeof bench;

if ('GPUQueue' in globalThis) {
  count(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatches');
  count(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', 'dispatches');
  count(GPUQueue.prototype, 'submit', 'submits');
}
Object.assign(globalThis, { pageBench: () => bench });

function count<K extends string>(prototype: Record<K, unknown>, method: K, as: keyof typeof counts): void {
  const own = prototype[method] as (...args: unknown[]) => unknown;
  prototype[method] = function counted(this: unknown, ...args: unknown[]): unknown {
    counts[as]++;
    return own.apply(this, args);
  };
}
