/**
 * Layers that TensorFlow.js lacks, written as a user would: learnt positions, a transformer block (layer norm is spelt out,
 * since the library's own makes thousands of dispatches), and a GRU that resets after the product, as Keras, PyTorch and
 * ONNX have it; all words are projected at once, which the library's own does not do either.
 */
import type * as TensorFlow from '@tensorflow/tfjs';
import type { Layer } from './bench-model.ts';

type Tf = typeof TensorFlow;
type Tensor = TensorFlow.Tensor;
type TransformerSpec = Extract<Layer, { type: 'transformer' }>;

export const LAYER_NORM_EPSILON = 1e-5;

export interface OwnLayers {
  positions(name: string): TensorFlow.layers.Layer;
  transformer(name: string, layer: TransformerSpec): TensorFlow.layers.Layer;
  gru(name: string, units: number): TensorFlow.layers.Layer;
}

const classes = new WeakMap<Tf, OwnLayers>();

export function createOwnLayers(tf: Tf): OwnLayers {
  const known = classes.get(tf);
  if (known) return known;

  class Positions extends tf.layers.Layer {
    #table!: TensorFlow.LayerVariable;
    override build(shape: TensorFlow.Shape): void {
      const initializer = tf.initializers.randomUniform({ minval: -0.05, maxval: 0.05 });
      this.#table = this.addWeight('table', [shape[1]!, shape[2]!], 'float32', initializer);
      this.built = true;
    }
    override computeOutputShape(shape: TensorFlow.Shape): TensorFlow.Shape {
      return shape;
    }
    override call(inputs: Tensor | Tensor[]): Tensor {
      return tf.tidy(() => tf.add(first(inputs), this.#table.read()));
    }
    static get className(): string {
      return 'Positions';
    }
  }

  class Transformer extends tf.layers.Layer {
    readonly #heads: number;
    readonly #hidden: number;
    readonly #weights: Record<string, TensorFlow.LayerVariable> = {};
    constructor(name: string, { heads, hidden }: TransformerSpec) {
      super({ name });
      this.#heads = heads;
      this.#hidden = hidden;
    }
    override build(shape: TensorFlow.Shape): void {
      const width = shape[2]!;
      const add = (name: string, size: number[], kind: 'zeros' | 'ones' | 'glorotUniform') => {
        const initializer = tf.initializers[kind]({});
        this.#weights[name] = this.addWeight(name, size, 'float32', initializer);
      };
      const kernel = (name: string, inputs: number, outputs: number) => {
        add(`${name}/kernel`, [inputs, outputs], 'glorotUniform');
        add(`${name}/bias`, [outputs], 'zeros');
      };
      const norm = (name: string) => {
        add(`${name}/gamma`, [width], 'ones');
        add(`${name}/beta`, [width], 'zeros');
      };
      norm('norm1');
      for (const name of ['query', 'key', 'value', 'output']) kernel(name, width, width);
      norm('norm2');
      kernel('hidden', width, this.#hidden);
      kernel('back', this.#hidden, width);
      this.built = true;
    }
    override computeOutputShape(shape: TensorFlow.Shape): TensorFlow.Shape {
      return shape;
    }
    override call(inputs: Tensor | Tensor[]): Tensor {
      return tf.tidy(() => {
        const x = first(inputs);
        const attended = tf.add(x, this.#attention(this.#norm('norm1', x)));
        const hidden = this.#gelu(this.#dense('hidden', this.#norm('norm2', attended)));
        return tf.add(attended, this.#dense('back', hidden));
      });
    }
    #read(name: string): Tensor {
      return this.#weights[name]!.read();
    }
    #norm(name: string, x: Tensor): Tensor {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const variance = tf.mean(tf.square(centred), -1, true);
      const normed = tf.mul(centred, tf.rsqrt(tf.add(variance, LAYER_NORM_EPSILON)));
      return tf.add(tf.mul(normed, this.#read(`${name}/gamma`)), this.#read(`${name}/beta`));
    }
    #gelu(x: Tensor): Tensor {
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
    }
    /** `x` [batch, words, inputs], as one product of matrices. */
    #dense(name: string, x: Tensor): Tensor {
      const kernel = this.#read(`${name}/kernel`) as TensorFlow.Tensor2D;
      const [batch, words, inputs] = x.shape as [number, number, number];
      const flat = tf.matMul(tf.reshape(x, [batch * words, inputs]), kernel);
      return tf.reshape(tf.add(flat, this.#read(`${name}/bias`)), [batch, words, kernel.shape[1]]);
    }
    #attention(x: Tensor): Tensor {
      const [batch, words, width] = x.shape as [number, number, number];
      const depth = width / this.#heads;
      const split = (name: string) =>
        tf.transpose(tf.reshape(this.#dense(name, x), [batch, words, this.#heads, depth]), [0, 2, 1, 3]);
      const scores = tf.mul(tf.matMul(split('query'), split('key'), false, true), 1 / Math.sqrt(depth));
      const mixed = tf.matMul(tf.softmax(scores), split('value')); // [batch, heads, words, depth]
      return this.#dense('output', tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, words, width]));
    }
    static get className(): string {
      return 'Transformer';
    }
  }

  class Gru extends tf.layers.Layer {
    readonly #units: number;
    readonly #weights: Record<string, TensorFlow.LayerVariable> = {};
    constructor(name: string, units: number) {
      super({ name });
      this.#units = units;
    }
    override build(shape: TensorFlow.Shape): void {
      const add = (name: string, size: number[], kind: 'zeros' | 'glorotUniform') => {
        this.#weights[name] = this.addWeight(name, size, 'float32', tf.initializers[kind]({}));
      };
      add('kernel', [shape[2]!, 3 * this.#units], 'glorotUniform');
      add('recurrent', [this.#units, 3 * this.#units], 'glorotUniform');
      add('bias', [3 * this.#units], 'zeros');
      add('recurrentBias', [3 * this.#units], 'zeros');
      this.built = true;
    }
    override computeOutputShape([batch]: number[]): TensorFlow.Shape {
      return [batch!, this.#units];
    }
    override call(inputs: Tensor | Tensor[]): Tensor {
      return tf.tidy(() => {
        const x = first(inputs);
        const [batch, words, width] = x.shape as [number, number, number];
        const units = this.#units;
        const read = (name: string) => this.#weights[name]!.read();
        const recurrent = read('recurrent') as TensorFlow.Tensor2D;
        const rows = tf.reshape(x, [batch * words, width]) as TensorFlow.Tensor2D;
        const given = tf.add(tf.matMul(rows, read('kernel') as TensorFlow.Tensor2D), read('bias'));
        const byWord = tf.unstack(tf.reshape(given, [batch, words, 3 * units]), 1);
        let state = tf.zeros([batch, units]) as Tensor;
        for (const now of byWord) {
          const before = tf.add(tf.matMul(state, recurrent), read('recurrentBias'));
          const [nowZr, nowN] = tf.split(now, [2 * units, units], 1);
          const [beforeZr, beforeN] = tf.split(before, [2 * units, units], 1);
          const [z, r] = tf.split(tf.sigmoid(tf.add(nowZr!, beforeZr!)), 2, 1);
          const n = tf.tanh(tf.add(nowN!, tf.mul(r!, beforeN!)));
          state = tf.add(n, tf.mul(z!, tf.sub(state, n)));
        }
        return state;
      });
    }
    static get className(): string {
      return 'ResetAfterGru';
    }
  }

  const own: OwnLayers = {
    positions: (name) => new Positions({ name }),
    transformer: (name, layer) => new Transformer(name, layer),
    gru: (name, units) => new Gru(name, units),
  };
  classes.set(tf, own);
  return own;
}

const first = (inputs: Tensor | Tensor[]): Tensor => (Array.isArray(inputs) ? inputs[0]! : inputs);
