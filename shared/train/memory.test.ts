import { describe, expect, it } from 'vitest';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { traceGraph } from '../graph/ops.ts';
import { graphBytes, withMemoryFor } from './memory.ts';
import { cloudsSpec, cloudsTable, finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

describe('graphBytes', () => {
  it('counts inputs, parameters, outputs and what lies between', () => {
    // x [8, 16] and its product with w [16, 32], twice: the first [8, 32] is needed while the second is made
    const graph = traceGraph(({ ops, input, parameter }) => {
      const w = parameter('w', [16, 32], 'zeros');
      const v = parameter('v', [32, 4], 'zeros');
      return { y: ops.matmul(ops.matmul(input('x', [8, 16]), w), v) };
    });
    expect(graphBytes(graph)).toBe(4 * (8 * 16 + 16 * 32 + 32 * 4 + 8 * 32 + 8 * 4));
  });
});

describe('withMemoryFor', () => {
  const small = { ...plainCandidate('here'), memoryBytes: 1_000_000 };
  const unknown = { ...plainCandidate('here'), name: 'other' };

  it('leaves those that may have as much', () => {
    const sizes = { batch: 32, rows: 500_000 };
    expect(withMemoryFor([small, unknown], 1_000_000, sizes)).toEqual([small, unknown]);
    expect(withMemoryFor([small, unknown], 1_000_001, sizes)).toEqual([unknown]);
  });

  it('refuses a training before it starts, with what it needs, what there is, and what to do', async () => {
    const training = trainPipeline([{ ...small, memoryBytes: 1000 }], {
      spec: cloudsSpec(),
      table: cloudsTable(),
      datasetSha256: '0'.repeat(64),
    });
    const seen: string[] = [];
    await expect(finish(training, ({ type }) => seen.push(type))).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringMatching(
        /needs about 1 MB .* plain has 1 MB at most\. Make training\.batchSize smaller \(it is 16\)/,
      ),
    });
    expect(new Set(seen)).toEqual(new Set(['progress']));
  });

  it('tells what is held', async () => {
    const training = trainPipeline([plainCandidate('here')], {
      spec: cloudsSpec({ epochs: 1 }),
      table: cloudsTable(),
      datasetSha256: '0'.repeat(64),
    });
    let held = 0;
    await finish(training, (event) => {
      if (event.type === 'executor') held = event.bytes;
    });
    // 90 rows of two numbers and a class lie on the host, 54 of them on the device too
    expect(held).toBeGreaterThan(4 * 3 * (90 + 54));
    expect(held).toBeLessThan(20_000);
  });
});
