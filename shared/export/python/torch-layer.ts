/** What a layer is in PyTorch, and what the forms of several have in common. */
import type { NamedLayer } from '../../artifact/layers-model.ts';
import type { TensorValue } from '../../graph/graph.ts';

/** A weight of the layer, by the name it has in the graph. */
export type WeightOf = (name: string) => TensorValue;

/** Where the channels are: `first`: [batch, channel, …], `last`: [batch, …, channel]. */
export type Layout = 'first' | 'last';

export interface TorchLayer {
  /** Of the constructor, if it has weights or does something only while training. */
  module?: string;
  /** Layout that it takes and gives; absent: whatever its first input has. */
  layout?: Layout;
  /** An expression of the inputs and, if there is one, of the module. */
  forward(inputs: readonly string[], module: string, layout: Layout): string;
  /** By the module's own names; '' is the module itself. */
  weights?: Readonly<Record<string, TensorValue>>;
}

export type Config = Readonly<Record<string, unknown>>;
export type Form = (config: Config, weight: WeightOf, layer: NamedLayer) => TorchLayer;

export const biasOf = ({ use_bias }: Config): string => (use_bias ? '' : ', bias=False');
export const biasWeight = ({ use_bias }: Config, weight: WeightOf): Record<string, TensorValue> =>
  use_bias ? { bias: weight('bias') } : {};

/** Of sides that are all alike. */
export const first = (sizes: unknown): number =>
  Array.isArray(sizes) ? (sizes[0] as number) : (sizes as number);

const FUNCTIONS: Readonly<Record<string, (x: string, layout: Layout) => string>> = {
  linear: (x) => x,
  relu: (x) => `F.relu(${x})`,
  relu6: (x) => `F.relu6(${x})`,
  gelu: (x) => `F.gelu(${x})`,
  swish: (x) => `F.silu(${x})`,
  sigmoid: (x) => `torch.sigmoid(${x})`,
  tanh: (x) => `torch.tanh(${x})`,
  softmax: (x, layout) => `torch.softmax(${x}, dim=${layout === 'first' ? 1 : -1})`,
};

export const activated = (x: string, { activation = 'linear' }: Config, layout: Layout = 'last'): string =>
  FUNCTIONS[activation as string]!(x, layout);
