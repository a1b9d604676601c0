/** Estimators in ONNX: trees by its own operator for them, what is linear as a graph of ours. */
import type { Artifact } from '../../artifact/artifact.ts';
import { estimatorShapeOf } from '../../artifact/model-file.ts';
import type { EstimatorPipeline } from '../../definition/pipeline-spec.ts';
import { AppError } from '../../errors.ts';
import type { EstimatorShape } from '../../estimators/estimator.ts';
import { usualDepth } from '../../estimators/isolation-forest.ts';
import { type ReadonlyLearnt, SHARE_LEAST, tensorOf } from '../../estimators/learnt.ts';
import { forestOf } from '../../estimators/trees/forest.ts';
import type { Graph } from '../../graph/graph.ts';
import { sizeOf } from '../../graph/operator.ts';
import { type TensorRef, type Tracer, traceGraph } from '../../graph/ops.ts';
import { batchedGraph } from './batched-graph.ts';
import { emitGraph } from './emit-graph.ts';
import type { Scope } from './scope.ts';
import { emitTrees } from './trees.ts';

type Estimator = EstimatorPipeline['model'];
type Given = Pick<Artifact, 'fitted' | 'parameters'> & { input: string };

/** Logits or standardised values [batch, outputs] of features [batch, …]. Throws AppError `unsupported`, naming the estimator. */
export function emitEstimator(scope: Scope, estimator: Estimator, given: Given): string {
  const { fitted, parameters, input } = given;
  const shape = estimatorShapeOf(fitted);
  const linear = LINEAR[estimator.type];
  if (linear) {
    const trace = (batch: number) =>
      traceRows(batch, fitted.outputShape, (tracer, x) => linear(tracer, x, shape, parameters));
    return emitGraph(scope, batchedGraph(trace), parameters).name;
  }
  const trees = FORESTS[estimator.type];
  if (!trees) {
    throw new AppError(
      'unsupported',
      `ONNX has no counterpart of ${estimator.type}; its tensors leave as safetensors`,
    );
  }
  const rows = scope.add('Reshape', [input, scope.ints(-1, shape.inputs)]);
  return trees(scope, rows, shape, parameters);
}

function traceRows(
  batch: number,
  row: readonly number[],
  build: (tracer: Tracer, x: TensorRef) => TensorRef,
): Graph {
  return traceGraph((tracer) => {
    const x = tracer.input('x', [batch, ...row]);
    return { y: build(tracer, tracer.ops.reshape(x, { shape: [batch, sizeOf(row)] })) };
  });
}

type Linear = (tracer: Tracer, x: TensorRef, shape: EstimatorShape, learnt: ReadonlyLearnt) => TensorRef;

const LINEAR: Partial<Record<Estimator['type'], Linear>> = {
  ridge({ ops, parameter }, x, { inputs }) {
    const kernel = ops.reshape(parameter('kernel', [inputs], 'zeros'), { shape: [inputs, 1] });
    return ops.add(ops.matmul(x, kernel), parameter('bias', [1], 'zeros'));
  },
  'naive-bayes'({ ops, parameter }, x, { inputs, outputs }) {
    const kernel = parameter('kernel', [outputs, inputs], 'zeros');
    return ops.add(ops.matmul(x, kernel, { transposeB: true }), parameter('bias', [outputs], 'zeros'));
  },
  'k-means'({ ops, parameter }, x, { inputs, outputs }, learnt) {
    const centres = parameter('centres', [outputs, inputs], 'zeros');
    const [variance] = tensorOf(learnt, 'variance', [1]);
    const rows = ops.reshape(x, { shape: [x.shape[0]!, 1, inputs] });
    const away = ops.subtract(rows, centres);
    const squares = ops.sum(ops.multiply(away, away), { axes: [2] });
    return ops.multiply(squares, ops.constant(-1 / (2 * variance!)));
  },
};

type Forest = (scope: Scope, rows: string, shape: EstimatorShape, learnt: ReadonlyLearnt) => string;

const FORESTS: Partial<Record<Estimator['type'], Forest>> = {
  'gradient-boosting'(scope, rows, { inputs, outputs }, learnt) {
    const start = tensorOf(learnt, 'start', [-1]);
    const forest = forestOf(learnt, { inputs, width: 1 });
    const sums = emitTrees(scope, rows, forest, { width: 1, targets: start.length, start });
    return start.length < outputs ? besideZero(scope, sums) : sums;
  },
  'random-forest'(scope, rows, { task, inputs, outputs }, learnt) {
    const forest = forestOf(learnt, { inputs, width: outputs });
    const sums = emitTrees(scope, rows, forest, { width: outputs, targets: outputs });
    const means = scope.add('Div', [sums, scope.number(forest.roots.length)]);
    if (task === 'regression') return means;
    return scope.add('Log', [scope.add('Max', [means, scope.number(SHARE_LEAST)])]);
  },
  'isolation-forest'(scope, rows, { inputs }, learnt) {
    const forest = forestOf(learnt, { inputs, width: 1 });
    const [[threshold], [spread], [size]] = ['threshold', 'spread', 'sample'].map((name) =>
      tensorOf(learnt, name, [1]),
    ) as unknown as [[number], [number], [number]];
    const depths = emitTrees(scope, rows, forest, { width: 1, targets: 1 });
    const usual = -1 / (forest.roots.length * Math.max(usualDepth(size), 1));
    const scores = scope.add('Pow', [scope.number(2), scope.add('Mul', [depths, scope.number(usual)])]);
    const above = scope.add('Sub', [scores, scope.number(threshold)]);
    return besideZero(scope, scope.add('Mul', [above, scope.number(20 / spread)]));
  },
};

/** [batch, 1] → [batch, 2]: of two classes the first has the logit 0. */
function besideZero(scope: Scope, logits: string): string {
  const places = scope.tensor('second of two', { shape: [1, 2], data: Float32Array.of(0, 1) });
  return scope.add('Mul', [logits, places]);
}
