/**
 * Runs prepared commands many times: several runs a submit, inputs written ahead, outputs gathered on the device and fetched
 * while the next runs are on their way. The device is never waited for but where its answer is wanted.
 */
/// <reference types="@webgpu/types" />
import type { Buffers } from './buffers.ts';
import type { Commands } from './commands.ts';

/** A submit should keep the device busy for so long: more would freeze what else it has to draw. */
const SUBMIT_MS = 70;
const MOST_RUNS_A_SUBMIT = 256;
const SUBMITS_IN_FLIGHT = 2;

export interface Runner {
  readonly submits: number;
  /**
   * `fill` writes the inputs of the runs from `first` on into `slots`, one each `stride.inputs` elements; `take` gets their
   * outputs, one each `stride.outputs` elements, and must not keep them.
   */
  run(
    count: number,
    fill: (words: ArrayBuffer, first: number, runs: number) => void,
    take: (words: ArrayBuffer, first: number, runs: number) => void,
  ): Promise<void>;
  destroy(): void;
}

export function createRunner(
  device: GPUDevice,
  commands: Commands,
  buffers: Buffers,
  hasInputs: boolean,
): Runner {
  const { stride, slots, of } = buffers;
  /** Read back in turns, so that one fills while the other is read. */
  const staging: GPUBuffer[] = [];
  let packed = new ArrayBuffer(0);
  let submits = 0;
  let runsASubmit = 1;

  const stagingFor = (turn: number, bytes: number): GPUBuffer => {
    const there = staging[turn];
    if (there && there.size >= bytes) return there;
    there?.destroy();
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    const size = Math.min(2 ** Math.ceil(Math.log2(bytes)), slots * stride.outputs * 4);
    const made = device.createBuffer({ label: 'outputs to read', size, usage: MAP_READ | COPY_DST });
    staging[turn] = made;
    return made;
  };

  /** Settles when the device is done with it; learns from the time how much to submit at once. */
  const submit = (from: number, runs: number, copy?: (encoder: GPUCommandEncoder) => void): Promise<void> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let slot = from; slot < from + runs; slot++) commands.encode(pass, slot);
    pass.end();
    copy?.(encoder);
    device.queue.submit([encoder.finish()]);
    submits++;
    return device.queue.onSubmittedWorkDone();
  };

  return {
    get submits() {
      return submits;
    },
    async run(count, fill, take) {
      const inFlight: Promise<void>[] = [];
      let lastDone = performance.now();
      const paced = (runs: number) => () => {
        const now = performance.now();
        const runMs = Math.max((now - lastDone) / runs, 1e-3);
        lastDone = now;
        runsASubmit = Math.max(1, Math.min(4 * runs, MOST_RUNS_A_SUBMIT, Math.floor(SUBMIT_MS / runMs)));
      };
      let reading: Promise<void> = Promise.resolve();
      for (let first = 0, turn = 0; first < count; first += slots, turn = 1 - turn) {
        const runs = Math.min(slots, count - first);
        if (hasInputs) {
          const bytes = runs * stride.inputs * 4;
          if (packed.byteLength < bytes) packed = new ArrayBuffer(bytes);
          fill(packed, first, runs);
          device.queue.writeBuffer(of.inputs, 0, packed, 0, bytes);
        }
        const bytes = runs * stride.outputs * 4;
        const target = stagingFor(turn, bytes);
        for (let slot = 0; slot < runs; ) {
          if (inFlight.length >= SUBMITS_IN_FLIGHT) await inFlight.shift();
          const now = Math.min(runsASubmit, runs - slot);
          const isLast = slot + now === runs;
          const done = submit(slot, now, (encoder) => {
            if (isLast) encoder.copyBufferToBuffer(of.outputs, 0, target, 0, bytes);
          });
          // A short last one says little about the time that a run takes.
          inFlight.push(done.then(isLast && slot > 0 ? () => undefined : paced(now)));
          slot += now;
        }
        const before = reading;
        reading = (async () => {
          await target.mapAsync(GPUMapMode.READ, 0, bytes);
          await before;
          take(target.getMappedRange(0, bytes), first, runs);
          target.unmap();
        })();
        await before;
      }
      await reading;
    },
    destroy() {
      for (const buffer of staging) buffer.destroy();
    },
  };
}
