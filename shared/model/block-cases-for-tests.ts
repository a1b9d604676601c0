/** For tests: every block with inputs, for its gradients beside finite differences and for each executor beside the reference. */
import type { Shape, TensorValue } from '../graph/graph.ts';
import { wave } from './run-entry-for-tests.ts';

export const given = (shape: Shape, data: readonly number[]): TensorValue<Float64Array> => ({
  shape,
  data: Float64Array.from(data),
});
const picture = () => wave([2, 4, 3, 2], 0);
const sequence = () => wave([2, 4, 4], 0);
const row = () => wave([3, 5], 0);
const tokens = () => given([2, 4], [3, 1, 2, 0, 1, 1, 0, 0]);

/** Spec, inputs, and the places of inputs that are ids. */
export type BlockCase = [Record<string, unknown> & { type: string }, TensorValue<Float64Array>[], number[]?];

export const BLOCK_CASES: readonly BlockCase[] = [
  [{ type: 'dense', units: 3, activation: 'silu' }, [row()]],
  [{ type: 'dense', units: 3, activation: 'gelu' }, [sequence()]],
  [{ type: 'activation', activation: 'softmax' }, [row()]],
  [{ type: 'dropout', rate: 0.4 }, [row()]],
  [{ type: 'gaussian-noise' }, [row()]],
  [{ type: 'random-flip', mode: 'both' }, [picture()]],
  [{ type: 'random-translation', height: 0.5, width: 0.5 }, [picture()]],
  [{ type: 'random-rotation', degrees: 40, zoom: 0.2 }, [picture()]],
  [{ type: 'random-contrast', brightness: 0.1 }, [picture()]],
  [{ type: 'random-erasing', height: 0.5, width: 0.5 }, [picture()]],
  [{ type: 'flatten' }, [picture()]],
  [{ type: 'rescaling', scale: 0.5, offset: 1 }, [row()]],
  [{ type: 'zero-padding2d', top: 1, right: 2 }, [picture()]],
  [{ type: 'reshape', shape: [2, 8] }, [sequence()]],
  [{ type: 'batch-norm' }, [picture()]],
  [{ type: 'layer-norm' }, [sequence()]],
  [{ type: 'layer-norm', epsilon: 0.5 }, [sequence()]],
  [{ type: 'unit-norm' }, [sequence()]],
  [{ type: 'conv2d', filters: 2, kernelSize: 3, activation: 'tanh' }, [picture()]],
  [{ type: 'depthwise-conv2d', kernelSize: 2, multiplier: 2 }, [picture()]],
  [{ type: 'separable-conv2d', filters: 3, kernelSize: 3, stride: 2 }, [picture()]],
  [{ type: 'conv2d-transpose', filters: 2, kernelSize: 3, padding: 'valid' }, [picture()]],
  [{ type: 'max-pooling2d', size: 2, stride: 1 }, [picture()]],
  [{ type: 'average-pooling2d', size: 2, padding: 'same' }, [picture()]],
  [{ type: 'upsampling2d', method: 'bilinear' }, [picture()]],
  [{ type: 'conv1d', filters: 3, kernelSize: 2, dilation: 2, activation: 'sigmoid' }, [sequence()]],
  [{ type: 'max-pooling1d', size: 3, padding: 'same' }, [sequence()]],
  [{ type: 'average-pooling1d' }, [sequence()]],
  [{ type: 'global-average-pooling' }, [sequence(), tokens()], [1]],
  [{ type: 'global-max-pooling' }, [sequence(), tokens()], [1]],
  [{ type: 'embedding', count: 4, size: 3 }, [tokens()], [0]],
  [{ type: 'lstm', units: 3, sequence: true }, [sequence()]],
  [{ type: 'gru', units: 3 }, [sequence()]],
  [{ type: 'bidirectional', cell: 'gru', units: 2, sequence: true }, [sequence()]],
  [{ type: 'bidirectional', units: 2 }, [sequence()]],
  [{ type: 'attention', heads: 2 }, [sequence(), tokens()], [1]],
  [{ type: 'positional-encoding', kind: 'learned' }, [sequence()]],
  [{ type: 'transformer-encoder', heads: 2, hidden: 5, positions: 'learned' }, [sequence(), tokens()], [1]],
  [{ type: 'attention', heads: 2, units: 3 }, [sequence()]],
  [
    { type: 'transformer-decoder', heads: 2, hidden: 5, positions: 'learned' },
    [wave([2, 3, 4], 3), wave([2, 4, 6], 0), tokens()],
    [2],
  ],
  [{ type: 'latent' }, [wave([3, 4], 0)]],
  [{ type: 'add' }, [sequence(), wave([2, 1, 4], 3)]],
  [{ type: 'multiply' }, [sequence(), wave([2, 4, 4], 3)]],
  [{ type: 'concatenate' }, [sequence(), wave([2, 4, 1], 3)]],
];
