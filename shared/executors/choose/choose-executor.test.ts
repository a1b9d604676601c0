import { describe, expect, it } from 'vitest';
import { AppError } from '../../errors.ts';
import { traceGraph } from '../../graph/ops.ts';
import type { Executor, Program } from '../executor.ts';
import { createPlainExecutor } from '../plain/plain-executor.ts';
import type { Candidate } from './candidate.ts';
import { chooseExecutor } from './choose-executor.ts';

const graph = traceGraph(({ ops, input }) => ({ y: ops.exp(input('x', [])) }));
const calibration = {
  graph,
  parameters: new Map(),
  inputs: (count: number) => ({ x: new Float32Array(count) }),
};

/** The reference under another name, with its programs changed. */
function candidate(name: string, change: (program: Program) => Partial<Program> = () => ({})): Candidate {
  return {
    name,
    device: `${name} here`,
    async start(): Promise<Executor> {
      const plain = createPlainExecutor();
      return {
        name,
        async compile(given, parameters) {
          const program = await plain.compile(given, parameters);
          return { ...program, ...change(program) };
        },
      };
    },
  };
}
/** Each call costs so many milliseconds. */
const slow = (name: string, ms: number) =>
  candidate(name, (program) => ({
    async steps(count, inputs) {
      await new Promise((done) => setTimeout(done, ms * count));
      return program.steps(count, inputs);
    },
  }));
const wrong = candidate('wrong', (program) => ({
  async steps(count, inputs) {
    const outputs = await program.steps(count, inputs);
    return Object.fromEntries(Object.entries(outputs).map(([key, data]) => [key, data.map((x) => x * 1.01)]));
  },
}));
const absent: Candidate = {
  ...candidate('absent'),
  start: () => Promise.reject(new AppError('unsupported', 'it lacks operator exp')),
};

describe('chooseExecutor', () => {
  it('takes the fastest that computes rightly, and says why', async () => {
    const choice = await chooseExecutor([absent, slow('slow', 20), wrong, candidate('quick')], calibration);
    expect(choice.candidate.name).toBe('quick');
    expect(choice.trials.map(({ name, stepMs }) => [name, stepMs !== null])).toEqual([
      ['absent', false],
      ['slow', true],
      ['wrong', false],
      ['quick', true],
    ]);
    expect(choice.reason).toMatch(
      /^quick, .* ms a step \(absent passed over: it lacks operator exp; slow .* ms; wrong/,
    );
    expect(choice.reason).toContain('wrong computes wrongly on this device');
    choice.program.dispose();
  });

  it('takes the one that is wanted, if it works', async () => {
    const candidates = [candidate('quick'), slow('slow', 5)];
    expect((await chooseExecutor(candidates, calibration, 'slow')).candidate.name).toBe('slow');
    expect((await chooseExecutor([candidate('quick'), wrong], calibration, 'wrong')).candidate.name).toBe(
      'quick',
    );
  });

  it('says so when memory is what is lacking', async () => {
    const full: Candidate = {
      ...candidate('full'),
      start: () => Promise.reject(new AppError('too_large', 'it has buffers of 10 bytes')),
    };
    await expect(chooseExecutor([absent, full], calibration)).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringMatching(/full: it has buffers of 10 bytes\. A smaller batch size/),
    });
  });

  it('names every reason when none can do it', async () => {
    await expect(chooseExecutor([absent, wrong], calibration)).rejects.toThrow(
      /Nothing here can run this model\. absent: it lacks operator exp; wrong: wrong computes wrongly/,
    );
  });
});
