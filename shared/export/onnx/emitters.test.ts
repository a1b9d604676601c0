import { expect, it } from 'vitest';
import { operators } from '../../graph/operators/list.ts';
import { emitters } from './emit/list.ts';

it('every operator that a prediction may need has an emitter', () => {
  expect(Object.keys(operators).filter((name) => !emitters.has(name))).toEqual([
    ...['conv2dKernelGradient', 'depthwiseConv2dInputGradient', 'depthwiseConv2dKernelGradient'],
    ...['maxPool2dGradient', 'averagePool2dGradient', 'resize2dGradient', 'scatterAdd', 'sliceAt'],
    ...['softmaxCrossEntropy', 'softmaxCrossEntropyGradient', 'randomUniform'],
  ]);
});
