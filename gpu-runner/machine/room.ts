/** Whether a machine has memory for one more job beside those that run. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

/** Of a training besides its planned graph: Node, an engine's library, the table as it was read. */
const BESIDES_BYTES = 768 * 2 ** 20;
/** Of a training that has not said yet what its graph holds, nor been claimed. */
const UNSAID_BYTES = 256 * 2 ** 20;

/** What a running job takes. */
export interface Seat {
  pid?: number | undefined;
  /** What its training says that it holds. */
  memoryBytes?: number | undefined;
}

/** Bytes that this process may have: what a container has may be less than the machine. */
export const memoryOfMachine = (): number =>
  Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

/**
 * Free memory, without what the running jobs are still expected to take, has to hold another. `residentBytes` of a process: what it has
 * taken already, 0 where that is not known.
 */
export function hasRoom(
  seats: Iterable<Seat>,
  freeBytes: number = process.availableMemory(),
  residentBytes: (pid: number) => number = readResident,
): boolean {
  let left = freeBytes;
  for (const { pid, memoryBytes = UNSAID_BYTES } of seats) {
    const taken = pid === undefined ? 0 : residentBytes(pid);
    left -= Math.max(0, BESIDES_BYTES + memoryBytes - taken);
  }
  return left >= BESIDES_BYTES + UNSAID_BYTES;
}

/** Linux tells it in /proc. */
function readResident(pid: number): number {
  try {
    const [, kib] = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}
