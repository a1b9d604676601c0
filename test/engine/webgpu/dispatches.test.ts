/** How much a training step hands to the GPU: known from the graph alone, without one. */
import { describe, expect, it } from 'vitest';
import { ALIGNMENT } from '../../../shared/executors/webgpu/bindings.ts';
import { lowerGraph } from '../../../shared/executors/webgpu/lower.ts';
import { scheduleKernels } from '../../../shared/executors/webgpu/schedule.ts';
import { TILES } from '../../../shared/executors/webgpu/tune-tile.ts';
import { planMemory } from '../../../shared/graph/memory-plan.ts';
import { optimize } from '../../../shared/graph/passes/optimize.ts';
import { withResidentRows } from '../../../shared/graph/resident-rows.ts';
import { trainStep } from '../../../shared/graph/train-step.ts';
import { type BenchModel, cnn, mlp } from '../../bench/models/bench-model.ts';
import { traceLoss } from '../../bench/models/trace.ts';

/** Of WebGPU's promise: storage buffers for a shader. */
const BINDINGS = 8;

function dispatchesOf(model: BenchModel): string[] {
  const loss = withResidentRows(traceLoss(model, 64), { rows: 1024, orderLength: 1024 });
  const graph = optimize(trainStep(loss, { type: 'adam', learningRate: 1e-3 }).graph, { fuse: true });
  const { kernels, sizes } = lowerGraph(graph, planMemory(graph, { align: ALIGNMENT }), TILES[0]!);
  return scheduleKernels(kernels, sizes, BINDINGS).map((group) =>
    group.map(({ label }) => label).join(' | '),
  );
}

describe('a training step with Adam', () => {
  it('of an MLP is at most 13 dispatches, its update one of them', () => {
    const dispatches = dispatchesOf(mlp);
    expect(dispatches.length).toBeLessThanOrEqual(13);
    expect(dispatches.filter((label) => label.includes('sqrt'))).toHaveLength(1);
    expect(dispatches.at(-1)).toContain('sqrt'); // both moments and the weights, in one kernel
  });

  it('of a CNN is at most 20', () => {
    expect(dispatchesOf(cnn).length).toBeLessThanOrEqual(20);
  });
});
