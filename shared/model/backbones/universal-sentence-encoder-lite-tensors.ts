/** Which constants of the published graph of Universal Sentence Encoder Lite are which weights of our blocks. */
import type { TensorValue } from '../../graph/graph.ts';

type Read = (name: string) => TensorValue;

const ENCODE = 'Encoder_en/KonaTransformer/Encode/';

export function tensorsOf(read: Read): Map<string, TensorValue> {
  const weights = new Map<string, TensorValue>();
  /** Of a layer that has both. */
  const both = (id: string, names: readonly [string, string], kernel: TensorValue, bias: TensorValue) => {
    weights.set(`${id}/${names[0]}`, kernel).set(`${id}/${names[1]}`, bias);
  };
  const dense = ['kernel', 'bias'] as const;
  const norm = ['gamma', 'beta'] as const;

  weights.set('embedding/table', tableOf(read('module/Embeddings_en')));
  for (const place of [0, 1]) {
    const id = `layer${place + 1}`;
    const layer = `Layer_${place}/TransformerLayer/`;
    /** Of parts of the layer that were trained in pieces and are joined here. */
    const joined = (name: string) =>
      read(`module_apply_default/${ENCODE}${layer}${name}/ConcatPartitions/concat`);
    const convolution = (name: string) => read(`module/${ENCODE}${layer}${name}/kernel/part_0`);
    const normOf = (name: string) =>
      [`${name}layer_norm_scale`, `${name}layer_norm_bias`].map(joined) as [TensorValue, TensorValue];

    both(`${id}-norm1`, norm, ...normOf('layer_prepostprocess/layer_norm/'));
    const qkv = 'MultiheadAttention/qkv_transform_single';
    both(`${id}-attention`, dense, byThree(convolution(qkv)), byThree(joined(`${qkv}/bias`)));
    const output = 'MultiheadAttention/output_transform_single';
    both(`${id}-attention/output`, dense, asMatrix(convolution(output)), joined(`${output}/bias`));
    if (place === 0) both(`${id}-widen`, dense, joined('dense/kernel'), joined('dense/bias'));
    both(`${id}-norm2`, norm, ...normOf('FFN/layer_prepostprocess/layer_norm/'));
    for (const n of [1, 2]) {
      const kernel = `module_apply_default/${ENCODE}TransformerStack/${layer}FFN/conv${n}/Tensordot/Reshape_1`;
      both(`${id}-dense${n}`, dense, read(kernel), joined(`FFN/conv${n}/bias`));
    }
  }
  const last = 'module/Encoder_en/hidden_layers/tanh_layer_0/';
  both('dense', dense, read(`${last}weights`), read(`${last}bias`));
  return weights;
}

/** A row of zeros for padding comes first. The graph adds each vector to itself before it adds positions: doubling is exact. */
function tableOf({ shape: [count, size], data }: TensorValue): TensorValue {
  const table = new Float32Array((count! + 1) * size!);
  table.set(
    Float32Array.from(data, (x) => 2 * x),
    size!,
  );
  return { shape: [count! + 1, size!], data: table };
}

/** A convolution with a window of 1: [1, 1, inputs, units] → [inputs, units]. */
const asMatrix = ({ shape, data }: TensorValue): TensorValue => ({ shape: shape.slice(-2), data });

/** Query, key and value side by side, [1, 1, n, 3 · width] or [3 · width], → one after the other, [3, n, width]; of a bias n is 1. */
function byThree({ shape, data }: TensorValue): TensorValue {
  const all = shape.at(-1)!;
  const width = all / 3;
  const n = data.length / all;
  const at = (i: number) => {
    const [part, row, column] = [Math.floor(i / (n * width)), Math.floor(i / width) % n, i % width];
    return data[row * all + part * width + column]!;
  };
  return { shape: [3, n, width], data: Float32Array.from({ length: data.length }, (_, i) => at(i)) };
}
