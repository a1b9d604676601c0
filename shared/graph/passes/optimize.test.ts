/** Random graphs run alike however they are rewritten, fused and laid out in memory: bit by bit, but for the sign of a zero. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../../executors/plain/plain-executor.ts';
import type { Graph, TensorData } from '../graph.ts';
import { compilePlan } from '../memory/run-plan-for-tests.ts';
import { printGraph } from '../print-graph.ts';
import { randomGraph, randomValues } from '../random-graph-for-tests.ts';
import { optimize } from './optimize.ts';

const RUNS = 3; // updates make each run begin where the one before ended
type Numbers = Record<string, number[]>;

const plainly = (data: TensorData): number[] => Array.from(data, (x) => (x === 0 ? 0 : x));

async function runPlain(graph: Graph): Promise<Numbers[]> {
  const parameters = randomValues(graph.parameters, 1);
  const program = await createPlainExecutor().compile(graph, new Map(Object.entries(parameters)));
  const results: Numbers[] = [];
  for (let run = 0; run < RUNS; run++) {
    const outputs = await program.run(randomValues(graph.inputs.map(withShape(graph)), run));
    const after = await program.read(graph.parameters.map(({ name }) => name));
    results.push(numbersOf([...Object.entries(outputs), ...after]));
  }
  program.dispose();
  return results;
}

function runPlanned(graph: Graph, align: number): Numbers[] {
  const program = compilePlan(graph, randomValues(graph.parameters, 1), align);
  return Array.from({ length: RUNS }, (_, run) => {
    const outputs = program.run(randomValues(graph.inputs.map(withShape(graph)), run));
    const after = graph.parameters.map(({ name }) => [name, { data: program.read(name) }] as const);
    return numbersOf([...Object.entries(outputs), ...after]);
  });
}

const withShape =
  ({ nodes }: Graph) =>
  ({ name, node }: { name: string; node: number }) => ({ name, shape: nodes[node]!.shape });

const numbersOf = (entries: readonly (readonly [string, { data: TensorData }])[]): Numbers =>
  Object.fromEntries(entries.map(([name, { data }]) => [name, plainly(data)]));

describe('optimize', () => {
  it('changes no value, and neither does the memory plan', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 1, max: 60 }), async (seed, size) => {
        const graph = randomGraph(seed, size);
        const expected = await runPlain(graph);
        const ways = {
          traced: graph,
          rewritten: optimize(graph, { fuse: false }),
          fused: optimize(graph, { fuse: true }),
        };
        for (const [way, rewritten] of Object.entries(ways)) {
          for (const align of [1, 4]) {
            const shown = `${way}, aligned to ${align}:\n${printGraph(rewritten)}`;
            expect(runPlanned(rewritten, align), shown).toEqual(expected);
          }
        }
      }),
      { numRuns: 120 },
    );
  });
});
