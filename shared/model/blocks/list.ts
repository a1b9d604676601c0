/** Every model block. */
import { activation } from './activation.ts';
import { add } from './add.ts';
import { attention } from './attention.ts';
import { averagePooling1d } from './average-pooling1d.ts';
import { averagePooling2d } from './average-pooling2d.ts';
import { batchNorm } from './batch-norm.ts';
import { bidirectional } from './bidirectional.ts';
import { concatenate } from './concatenate.ts';
import { conv1d } from './conv1d.ts';
import { conv2d } from './conv2d.ts';
import { conv2dTranspose } from './conv2d-transpose.ts';
import { dense } from './dense.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { flatten } from './flatten.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import { globalAveragePooling } from './global-average-pooling.ts';
import { globalMaxPooling } from './global-max-pooling.ts';
import { gru } from './gru.ts';
import { layerNorm } from './layer-norm.ts';
import { lstm } from './lstm.ts';
import { maxPooling1d } from './max-pooling1d.ts';
import { maxPooling2d } from './max-pooling2d.ts';
import { multiply } from './multiply.ts';
import { positionalEncoding } from './positional-encoding.ts';
import { randomContrast } from './random-contrast.ts';
import { randomErasing } from './random-erasing.ts';
import { randomFlip } from './random-flip.ts';
import { randomRotation } from './random-rotation.ts';
import { randomTranslation } from './random-translation.ts';
import { rescaling } from './rescaling.ts';
import { reshape } from './reshape.ts';
import { separableConv2d } from './separable-conv2d.ts';
import { transformerEncoder } from './transformer-encoder.ts';
import { upsampling2d } from './upsampling2d.ts';
import { zeroPadding2d } from './zero-padding2d.ts';

export const blocks = [
  dense,
  activation,
  dropout,
  gaussianNoise,
  randomFlip,
  randomTranslation,
  randomRotation,
  randomContrast,
  randomErasing,
  flatten,
  reshape,
  batchNorm,
  layerNorm,
  rescaling,
  conv2d,
  depthwiseConv2d,
  separableConv2d,
  conv2dTranspose,
  maxPooling2d,
  averagePooling2d,
  upsampling2d,
  zeroPadding2d,
  conv1d,
  maxPooling1d,
  averagePooling1d,
  globalAveragePooling,
  globalMaxPooling,
  embedding,
  lstm,
  gru,
  bidirectional,
  attention,
  positionalEncoding,
  transformerEncoder,
  add,
  multiply,
  concatenate,
] as const;
