/**
 * Training on a runner: our step as a graph in libtensorflow beside Python Keras and TensorFlow.js's `fit`, and PyTorch's eager loop.
 * Each is a process of its own; all see the same rows, batches and optimiser equally often, and must end equally good.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alternating, firstLine, measured, say, wantedCases } from './contest.ts';
import { type Comparison, type Row, rowsOf } from './rows.ts';
import { COMMANDS, type RunnerContestant, startContestant } from './train-runner/contestants.ts';
import { CASES, type CaseName, type RunnerCase, writeTask } from './train-runner/task.ts';

const OURS = 'trainyard';
const COMPARISONS: readonly Comparison[] = ['keras', 'pytorch', 'tfjs-node'].map((to) => [OURS, to]);
const ROUNDS = 3;
/** Largest lead in accuracy that another may have. */
const EQUAL = 0.02;

export async function bench(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, one] of wantedCases(CASES)) {
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-bench-'));
    try {
      await writeTask(name as CaseName, folder);
      rows.push(...(await race(name, one, folder)));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return rows;
}

async function race(name: string, { batch, rows, epochs }: RunnerCase, folder: string): Promise<Row[]> {
  const steps = (epochs * (await rows()).train.count) / batch; // in a round
  const contestants = new Map<string, RunnerContestant>();
  for (const [one, command] of Object.entries(COMMANDS)) {
    try {
      const contestant = await startContestant(command, folder);
      contestants.set(one, contestant);
      await contestant.train(1); // compiles, and warms up
    } catch (error) {
      contestants.delete(one);
      say(`${name}: no ${one}: ${firstLine(error)}`);
    }
  }
  const throughput = measured('steps/s', contestants.keys());
  const memory = measured('MB', contestants.keys());
  const accuracy = measured('share', contestants.keys());
  for (let round = 0; round < ROUNDS; round++) {
    for (const [one, contestant] of alternating(contestants, round)) {
      const seconds = await contestant.train(epochs);
      throughput.values[one]!.push(steps / seconds);
      say(`${name}, round ${round + 1}, ${one}: ${((1000 * seconds) / steps).toFixed(3)} ms a step`);
    }
  }
  for (const [one, contestant] of contestants) {
    const scored = await contestant.score();
    memory.values[one]!.push(scored.megabytes);
    accuracy.values[one]!.push(scored.accuracy);
    await contestant.close();
  }
  const ours = accuracy.values[OURS]?.[0];
  for (const [one, [value]] of Object.entries(accuracy.values)) {
    if (ours !== undefined && value! - ours > EQUAL)
      say(`${name}: ${one} ends better than ${OURS}: ${value} and ${ours}`);
  }
  return [
    ...rowsOf(name, 'throughput', throughput, COMPARISONS),
    ...rowsOf(name, 'memory', memory, COMPARISONS),
    ...rowsOf(name, 'accuracy', accuracy, COMPARISONS),
  ];
}
