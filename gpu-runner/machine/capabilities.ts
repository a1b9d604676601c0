/** What this runner tells the server that it can do. */
import { availableParallelism } from 'node:os';
import type { RunnerCapabilities } from '../../shared/schema/run.ts';
import type { RunnerSettings } from '../settings.ts';
import type { Probe } from '../tensorflow/probe.ts';
import { type Gpu, readGpus } from './nvidia-smi.ts';
import { memoryOfMachine } from './room.ts';

/** Memory that a job beside others should find, bytes. */
const MEMORY_OF_SLOT = 4 * 2 ** 30;
const CORES_OF_SLOT = 2;
/** More children than these want more attention than one supervisor has. */
const MOST_BY_ITSELF = 8;

export function capabilitiesOf(
  probe: Pick<Probe, 'backend' | 'version' | 'usesGpu'>,
  { slots, labels }: Pick<RunnerSettings, 'slots' | 'labels'>,
): RunnerCapabilities {
  const gpu = probe.usesGpu ? firstGpu() : null;
  const memoryBytes = memoryOfMachine();
  const machine = { usesGpu: probe.usesGpu, cores: availableParallelism(), memoryBytes };
  return {
    libtensorflow: probe.backend === 'libtensorflow' ? probe.version : null,
    gpu: probe.usesGpu ? (gpu?.name ?? 'GPU') : null,
    gpuMemoryBytes: gpu?.totalBytes || null,
    memoryBytes,
    slots: slots ?? slotsOf(machine),
    labels,
  };
}

/**
 * How many jobs a machine works on unless it is told: one with a GPU, which one job keeps busy; else one to two cores and four GiB,
 * since libtensorflow makes some use of several cores.
 */
export function slotsOf(machine: { usesGpu: boolean; cores: number; memoryBytes: number }): number {
  if (machine.usesGpu) return 1;
  const fitting = Math.min(machine.cores / CORES_OF_SLOT, machine.memoryBytes / MEMORY_OF_SLOT);
  return Math.max(1, Math.min(MOST_BY_ITSELF, Math.floor(fitting)));
}

/** Jobs go to the first, as libtensorflow has it. */
function firstGpu(): Gpu | null {
  try {
    return readGpus()[0] ?? null;
  } catch {
    return null;
  }
}
