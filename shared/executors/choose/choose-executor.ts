/**
 * Which of the executors at hand trains this very graph fastest: each one is started, tested for right numbers, given the graph
 * to compile and timed for a moment. One that lacks an operator, or fails, is passed over with its reason.
 */
import { AppError, messageOf } from '../../errors.ts';
import type { Graph, TensorData } from '../../graph/graph.ts';
import type { Executor, Program, Values } from '../executor.ts';
import type { Candidate } from './candidate.ts';
import { selfTest } from './self-test.ts';

/** Of timing, at least, once warm. */
const TIMED_MS = 40;
/** A later candidate must be faster than an earlier one by this factor, so that chance does not decide. */
const CLEARLY = 1.15;

export interface Trial {
  name: string;
  device: string;
  /** Milliseconds a run; null for one that was passed over, or that had no rival. */
  stepMs: number | null;
  /** Why it was passed over. */
  refused: string | null;
}

export interface Choice {
  candidate: Candidate;
  executor: Executor;
  /** The graph, compiled. Its parameters have been through some runs: write them before use. */
  program: Program;
  trials: readonly Trial[];
  /** For people: "wasm, 0.21 ms a step (webgpu 4.8 ms; tensorflow lacks conv2d)". */
  reason: string;
}

export interface Calibration {
  graph: Graph;
  parameters: Values;
  /** Inputs for so many runs. */
  inputs(count: number): Readonly<Record<string, TensorData>>;
}

/**
 * `candidates` in order of preference: of two that are about equally fast the first is taken. One named `wanted` is taken
 * whatever the others are worth, if it can do it. Throws AppError `unsupported`, or `too_large` where one lacks memory alone, naming each
 * one's reason, where none can.
 */
export async function chooseExecutor(
  candidates: readonly Candidate[],
  calibration: Calibration,
  wanted?: string,
): Promise<Choice> {
  const first = candidates.filter(({ name }) => name === wanted);
  if (first.length > 0 && candidates.length > 1) {
    const others = candidates.filter(({ name }) => name !== wanted);
    return chooseExecutor(first, calibration).catch(() => chooseExecutor(others, calibration));
  }
  const trials: Trial[] = [];
  let best: Omit<Choice, 'trials' | 'reason'> | null = null;
  let bestMs = Number.POSITIVE_INFINITY;
  let lacksMemory = false;
  for (const candidate of candidates) {
    const { name, device } = candidate;
    let program: Program | undefined;
    try {
      const executor = await candidate.start();
      await selfTest(executor);
      program = await executor.compile(calibration.graph, calibration.parameters);
      const stepMs = candidates.length > 1 ? await timeOf(program, calibration) : null;
      trials.push({ name, device, stepMs, refused: null });
      if (!best || stepMs! * CLEARLY < bestMs) {
        best?.program.dispose();
        best = { candidate, executor, program };
        bestMs = stepMs ?? 0;
      } else {
        program.dispose();
      }
    } catch (error) {
      program?.dispose();
      lacksMemory ||= error instanceof AppError && error.code === 'too_large';
      trials.push({ name, device, stepMs: null, refused: messageOf(error) });
    }
  }
  if (!best) {
    const reasons = trials.map(({ name, refused }) => `${name}: ${refused}`).join('; ');
    const advice = lacksMemory ? '. A smaller batch size, or a smaller model, needs less memory' : '';
    throw new AppError(
      lacksMemory ? 'too_large' : 'unsupported',
      `Nothing here can run this model. ${reasons}${advice}`,
    );
  }
  return { ...best, trials, reason: reasonFor(best.candidate.name, trials) };
}

/** Of the executors that took part, what a run of this graph takes: warm, doubling until long enough to tell. */
async function timeOf(program: Program, { inputs }: Calibration): Promise<number> {
  await program.steps(1, inputs(1));
  for (let count = 1; ; count *= 2) {
    const given = inputs(count);
    const start = performance.now();
    await program.steps(count, given);
    const elapsed = performance.now() - start;
    if (elapsed >= TIMED_MS || count >= 1024) return elapsed / count;
  }
}

function reasonFor(chosen: string, trials: readonly Trial[]): string {
  const show = ({ name, stepMs, refused }: Trial) =>
    refused !== null ? `${name} passed over: ${refused}` : `${name} ${Number(stepMs!.toPrecision(2))} ms`;
  const winner = trials.find(({ name }) => name === chosen)!;
  const others = trials.filter((trial) => trial !== winner).map(show);
  if (winner.stepMs === null)
    return others.length > 0 ? `${chosen} (${others.join('; ')})` : `${chosen}, the only one here`;
  return `${chosen}, ${Number(winner.stepMs.toPrecision(2))} ms a step${others.length > 0 ? ` (${others.join('; ')})` : ''}`;
}
