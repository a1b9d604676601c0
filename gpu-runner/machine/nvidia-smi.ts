/** What NVIDIA's driver says of the GPUs here. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

export interface Gpu {
  name: string;
  totalBytes: number;
  freeBytes: number;
  /** Version of the driver. */
  driver: string;
}

/** Shares, 0 to 1. */
export interface GpuUse {
  gpu: number | null;
  gpuMemory: number | null;
}

const PATIENCE_MS = 20_000;
const QUERY = [
  '--query-gpu=name,memory.total,memory.free,driver_version',
  '--format=csv,noheader,nounits',
] as const;
const USE_QUERY = ['--query-gpu=utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];

/** Empty where the driver has none. Throws what `execFileSync` does: `ENOENT` where there is no nvidia-smi. */
export const readGpus = (): Gpu[] => parseGpus(ask(...QUERY));

/** How busy the first GPU is and how full its memory, 0 to 1; null of what it does not tell. Rejects where there is no nvidia-smi. */
export async function readGpuUse(): Promise<GpuUse> {
  const { stdout } = await promisify(execFile)('nvidia-smi', USE_QUERY, { timeout: PATIENCE_MS });
  return parseGpuUse(stdout);
}

/** The newest CUDA that the driver supports; null where it does not say. */
export const readCuda = (): string | null => parseCuda(ask());

/** Lines of `name, MiB, MiB, version`; a figure that a device does not tell (`[N/A]`, of a partition) counts as 0. */
export function parseGpus(csv: string): Gpu[] {
  return csv
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 4)
    .map(([name, total, free, driver]) => ({
      name: name!,
      totalBytes: mebibytes(total!),
      freeBytes: mebibytes(free!),
      driver: driver!,
    }));
}

/** The first line: `percent, MiB, MiB`; a figure that is not told is `[N/A]`. */
export function parseGpuUse(csv: string): GpuUse {
  const [busy, used, total] = csv.split('\n')[0]!.split(',').map(Number.parseFloat);
  const share = (part = Number.NaN, whole = Number.NaN) =>
    part >= 0 && whole > 0 ? Math.min(1, part / whole) : null;
  return { gpu: share(busy, 100), gpuMemory: share(used, total) };
}

export function parseCuda(table: string): string | null {
  return /CUDA Version:\s*([\d.]+)/.exec(table)?.[1] ?? null;
}

const mebibytes = (text: string): number => (Number.parseFloat(text) || 0) * 2 ** 20;

function ask(...args: readonly string[]): string {
  return execFileSync('nvidia-smi', args, {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
