/** Weights of the layers that PyTorch keeps in another way than Keras, by PyTorch's names. */
import type { TensorValue } from '../../graph/graph.ts';
import { joined, parts, permuted, reshaped } from '../tensors.ts';
import type { WeightOf } from './torch-layer.ts';

type Weights = Record<string, TensorValue>;
type Recurrent = (suffix: string, kernel: TensorValue, recurrent: TensorValue, bias: TensorValue) => Weights;

/** [n, 4 · units] with the gates i, f, g, o in both; PyTorch has a second bias. */
export const lstmWeights: Recurrent = (suffix, kernel, recurrent, bias) => ({
  [`weight_ih_l0${suffix}`]: turned(kernel),
  [`weight_hh_l0${suffix}`]: turned(recurrent),
  [`bias_ih_l0${suffix}`]: bias,
  [`bias_hh_l0${suffix}`]: { shape: bias.shape, data: new Float32Array(bias.data.length) },
});

/** [n, 3 · units] with the gates z, r, n; PyTorch has r, z, n. Keras's bias [2, 3 · units] is both of PyTorch's. */
export const gruWeights: Recurrent = (suffix, kernel, recurrent, bias) => {
  const inOrder = (rows: TensorValue) => {
    const [z, r, n] = parts(rows, 3) as [TensorValue, TensorValue, TensorValue];
    return joined([r, z, n]);
  };
  const [input, state] = parts(bias, 2).map((one) => inOrder(reshaped(one, [one.data.length])));
  return {
    [`weight_ih_l0${suffix}`]: inOrder(turned(kernel)),
    [`weight_hh_l0${suffix}`]: inOrder(turned(recurrent)),
    [`bias_ih_l0${suffix}`]: input!,
    [`bias_hh_l0${suffix}`]: state!,
  };
};

/** Both directions. */
export const pairedWeights = (weightsOf: Recurrent, weight: WeightOf): Weights => {
  const direction = (name: string, suffix: string) =>
    weightsOf(suffix, weight(`${name}/kernel`), weight(`${name}/recurrent`), weight(`${name}/bias`));
  return { ...direction('forward', ''), ...direction('backward', '_reverse') };
};

/** `kernel` [3, width, width] of query, key and value: PyTorch has them one below the other. */
export function attentionWeights(weight: WeightOf): Weights {
  const bias = weight('bias');
  const [, width] = weight('kernel').shape as [number, number, number];
  return {
    in_proj_weight: reshaped(permuted(weight('kernel'), [0, 2, 1]), [3 * width, width]),
    in_proj_bias: reshaped(bias, [3 * width]),
    'out_proj.weight': turned(weight('output/kernel')),
    'out_proj.bias': weight('output/bias'),
  };
}

export function encoderWeights(weight: WeightOf): Weights {
  const attention = attentionWeights((name) => weight(`attention/${name}`));
  const norm = (name: string) => ({
    [`${name}.weight`]: weight(`${name}/gamma`),
    [`${name}.bias`]: weight(`${name}/beta`),
  });
  const linear = (place: number) => ({
    [`linear${place}.weight`]: turned(weight(`dense${place}/kernel`)),
    [`linear${place}.bias`]: weight(`dense${place}/bias`),
  });
  return {
    ...Object.fromEntries(Object.entries(attention).map(([name, value]) => [`self_attn.${name}`, value])),
    ...linear(1),
    ...linear(2),
    ...norm('norm1'),
    ...norm('norm2'),
  };
}

const turned = (matrix: TensorValue): TensorValue => permuted(matrix, [1, 0]);
