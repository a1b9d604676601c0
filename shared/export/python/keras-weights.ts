/** Weights by the paths that Keras 3 gives them, such as `lstm_1/lstm_cell/kernel`. */
import type { NamedLayer } from '../../artifact/layers-model.ts';
import type { TensorValue } from '../../graph/graph.ts';
import type { LayerGraph } from '../layers.ts';
import { parts, reshaped } from '../tensors.ts';

type Weights = [path: string, value: TensorValue][];

export function kerasWeights({ layers, weights }: LayerGraph): Map<string, TensorValue> {
  return new Map(
    layers.flatMap((layer) => {
      const prefix = `${layer.name}/`;
      const own = [...weights].flatMap(
        ([name, value]): Weights => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : []),
      );
      return renamed(layer, own).map(([path, value]) => [`${prefix}${path}`, value] as const);
    }),
  );
}

function renamed({ className, config }: NamedLayer, own: Weights): Weights {
  switch (className) {
    // TensorFlow.js and Keras 2 call it `depthwise_kernel`
    case 'DepthwiseConv2D':
      return own.map(([name, value]) => [name.replace('depthwise_', ''), value]);
    case 'LSTM':
    case 'GRU':
      return own.map(([name, value]) => [`${className.toLowerCase()}_cell/${name}`, value]);
    case 'Bidirectional':
      return own.map(([name, value]) => {
        const [direction, weight] = name.split('/') as [string, string];
        const path = weight === 'recurrent' ? 'recurrent_kernel' : weight;
        return [`${direction}_${config.cell}/${config.cell}_cell/${path}`, value];
      });
    case 'MultiHeadAttention':
      return own.flatMap(([name, value]) => attention(name, value, config.num_heads as number));
    case 'TransformerEncoder':
      return own.flatMap(([name, value]) =>
        name.startsWith('attention/')
          ? attention(name.slice('attention/'.length), value, config.heads as number).map(
              ([path, one]): Weights[number] => [`attention/${path}`, one],
            )
          : [[name, value]],
      );
    default:
      return own;
  }
}

/** Keras has query, key and value apart, and the heads as an axis of their own. */
function attention(name: string, value: TensorValue, heads: number): Weights {
  const width = value.shape.at(-1)!;
  const size = width / heads;
  if (name === 'output/kernel') return [['attention_output/kernel', reshaped(value, [heads, size, width])]];
  if (name === 'output/bias') return [['attention_output/bias', value]];
  const shape = name === 'bias' ? [heads, size] : [width, heads, size];
  const names = ['query', 'key', 'value'];
  return parts(value, 3).map((one, i) => [`${names[i]}/${name}`, reshaped(one, shape)]);
}
