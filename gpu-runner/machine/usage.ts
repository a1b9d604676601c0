/** How busy this machine is. */
import { cpus } from 'node:os';
import type { RunnerUsage } from '../../shared/schema/run.ts';
import { type GpuUse, readGpuUse } from './nvidia-smi.ts';
import { memoryOfMachine } from './room.ts';

/** All processors' time since the machine began, milliseconds. */
export interface CpuTimes {
  busy: number;
  all: number;
}

const NO_GPU: GpuUse = { gpu: null, gpuMemory: null };

/** What it gives is of the time since it was asked last. */
export function createUsageMeter(usesGpu: boolean): () => Promise<RunnerUsage> {
  let before = readCpuTimes();
  return async () => {
    const gpu = usesGpu ? await readGpuUse().catch(() => NO_GPU) : NO_GPU;
    const now = readCpuTimes();
    const cpu = busyShare(before, now);
    before = now;
    const memory = share(1 - process.availableMemory() / memoryOfMachine());
    return { at: new Date().toISOString(), cpu, memory, ...gpu };
  };
}

/** 0 to 1; 0 where no time has passed. */
export function busyShare(from: CpuTimes, to: CpuTimes): number {
  const passed = to.all - from.all;
  return passed > 0 ? share((to.busy - from.busy) / passed) : 0;
}

function readCpuTimes(): CpuTimes {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const working = times.user + times.nice + times.sys + times.irq;
    busy += working;
    all += working + times.idle;
  }
  return { busy, all };
}

const share = (value: number): number => Math.min(1, Math.max(0, value));
