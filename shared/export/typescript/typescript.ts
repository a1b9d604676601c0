/** A TypeScript project on TensorFlow.js: model, weights and features, and a script that predicts with them. */
import type { Artifact } from '../../artifact/artifact.ts';
import { type NamedLayer, requireTfjs } from '../../artifact/layers-model.ts';
import { encodeSafetensors } from '../../artifact/safetensors.ts';
import { type Exporter, type ExportFile, textFile } from '../export-file.ts';
import { type LayerGraph, layerGraphOf } from '../layers.ts';
import { WEIGHTS_FILE } from '../safetensors.ts';
import { typescriptPreprocessing } from './preprocess.ts';

/** What the project runs on. */
const TFJS = '@tensorflow/tfjs';

export const typescript: Exporter = {
  name: 'typescript',
  title: 'TypeScript',
  summary:
    'A project on TensorFlow.js with the model, its weights and preprocessing, and a script to predict; for Node 22.18 and browsers.',
  files(artifact, model): ExportFile[] {
    const graph = layerGraphOf(artifact);
    requireTfjs(graph.layers.filter(({ className }) => className !== 'Slice'));
    return [
      textFile('package.json', packageJson(model)),
      textFile('tsconfig.json', TSCONFIG),
      textFile('src/preprocess.ts', typescriptPreprocessing(artifact.fitted)),
      textFile('src/model.ts', modelCode(artifact, graph, model)),
      textFile('src/safetensors.ts', SAFETENSORS),
      textFile('src/predict.ts', predictCode(artifact)),
      textFile('src/main.ts', MAIN),
      { path: WEIGHTS_FILE, bytes: encodeSafetensors(graph.weights) },
    ];
  },
};

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const packageJson = (model: string): string =>
  json({
    name: model.toLowerCase().replace(/[^a-z0-9-]+/g, '-'),
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: { predict: 'node src/main.ts', check: 'tsc' },
    dependencies: { [TFJS]: '^4.22.0' },
    devDependencies: { '@types/node': '^22', typescript: '^5.8' },
  });

const TSCONFIG = json({
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
  },
  include: ['src'],
});

function modelCode({ fitted }: Artifact, graph: LayerGraph, model: string): string {
  const meaning =
    fitted.output.task === 'classification' ? 'logits, one for each class' : 'the standardised value';
  const body = graph.isChain ? chainCode(graph) : graphCode(graph);
  return `/** The model ${model.replaceAll('*/', '')}: ${meaning}. */
import * as tf from '${TFJS}';
import { SHAPE } from './preprocess.ts';
import type { Tensors } from './safetensors.ts';
${graph.layers.some(({ className }) => className === 'Slice') ? SLICE : ''}
export function build(): tf.LayersModel {
${body}
}

/** The model with the weights that it learnt. */
export function load(tensors: Tensors): tf.LayersModel {
  const model = build();
  for (const layer of model.layers) {
    const weights = layer.weights.map(({ originalName }) => {
      const found = tensors.get(originalName);
      if (!found) throw new Error(\`there is no weight "\${originalName}"\`);
      return tf.tensor(found.data, found.shape);
    });
    layer.setWeights(weights);
    tf.dispose(weights);
  }
  return model;
}
`;
}

/** TensorFlow.js has no layer for it. */
const SLICE = `
/** A part of each row: the numbers of one feature. */
class Slice extends tf.layers.Layer {
  static className = 'Slice';
  private readonly begin: number;
  private readonly size: number;

  constructor({ begin, size, name }: { begin: number; size: number; name: string }) {
    super({ name });
    this.begin = begin;
    this.size = size;
  }

  override computeOutputShape(): (number | null)[] {
    return [null, this.size];
  }

  override call(x: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [rows] = [x].flat() as [tf.Tensor2D];
    return rows.slice([0, this.begin], [-1, this.size]);
  }
}
`;

const chainCode = ({ layers }: LayerGraph): string => `  return tf.sequential({
    layers: [
${layers.map((layer, i) => `      ${layerCode(layer, i === 0 ? { inputShape: 'SHAPE' } : {})},`).join('\n')}
    ],
  });`;

const graphCode = ({ layers }: LayerGraph): string => {
  const lines = layers.map((layer) => {
    const { name, inputs, className, shape } = layer;
    const taken = inputs.length === 1 ? inputs[0] : `[${inputs.join(', ')}]`;
    const applied = `${layerCode(layer)}.apply(${taken}) as tf.SymbolicTensor`;
    const isFlat = className !== 'Slice' || shape.length === 1;
    return `  const ${name} = ${isFlat ? applied : `tf.layers.reshape({ targetShape: [${shape.join(', ')}] }).apply(${applied})`};`;
  });
  return `  const x = tf.input({ shape: SHAPE });
${lines.join('\n')}
  return tf.model({ inputs: x, outputs: ${layers.at(-1)!.name} });`;
};

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What Keras writes and TensorFlow.js writes otherwise. */
const WORDS: Readonly<Record<string, string>> = { channels_last: 'channelsLast' };

/** What need not be said. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  activation: 'linear',
  use_bias: true,
  data_format: 'channels_last',
  return_sequences: false,
};

/** `code`: what stands as it is, before the settings of the layer. */
function layerCode(
  { name, className, config }: NamedLayer,
  code: Readonly<Record<string, string>> = {},
): string {
  const settings = [
    ...Object.entries(code).map(([key, value]) => `${key}: ${value}`),
    ...Object.entries(config)
      .filter(([key, value]) => value !== DEFAULTS[key])
      .map(([key, value]) => `${camel(key)}: ${literal(value)}`),
    `name: '${name}'`,
  ];
  const made = className === 'Slice' ? 'new Slice' : `tf.layers.${functionOf(className)}`;
  return `${made}({ ${settings.join(', ')} })`;
}

/** `MaxPooling2D` → `maxPooling2d`, `LSTM` → `lstm`. */
const functionOf = (className: string): string =>
  /^[A-Z]+$/.test(className)
    ? className.toLowerCase()
    : (className.charAt(0).toLowerCase() + className.slice(1)).replace(/(\d)D/, '$1d');

const literal = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(literal).join(', ')}]`
    : typeof value === 'string'
      ? `'${WORDS[value] ?? value}'`
      : JSON.stringify(value);

function predictCode({ fitted: { output } }: Artifact): string {
  const [names, type, answer] =
    output.task === 'classification'
      ? [
          'CLASSES, features, type Row, SHAPE',
          '{ label: string; probabilities: Record<string, number> }',
          `  return rows.map((_, i) => {
    const logits = values.subarray(i * CLASSES.length, (i + 1) * CLASSES.length);
    const most = Math.max(...logits);
    const exponentials = Array.from(logits, (logit) => Math.exp(logit - most));
    const sum = exponentials.reduce((all, one) => all + one, 0);
    const shares = exponentials.map((one) => one / sum);
    const label = CLASSES[shares.indexOf(Math.max(...shares))]!;
    return { label, probabilities: Object.fromEntries(CLASSES.map((name, place) => [name, shares[place]!])) };
  });`,
        ]
      : [
          'features, MEAN, type Row, SHAPE, STD',
          '{ value: number }',
          '  return Array.from(values, (value) => ({ value: value * STD + MEAN }));',
        ];
  return `import * as tf from '${TFJS}';
import { ${names} } from './preprocess.ts';

export type Prediction = ${type};

export async function predict(model: tf.LayersModel, rows: readonly Row[]): Promise<Prediction[]> {
  const answer = tf.tidy(() => {
    const numbers = Float32Array.from(rows.flatMap(features));
    return model.predict(tf.tensor(numbers, [rows.length, ...SHAPE])) as tf.Tensor;
  });
  const values = (await answer.data()) as Float32Array;
  answer.dispose();
${answer}
}
`;
}

const SAFETENSORS = `/** Reads weights: https://huggingface.co/docs/safetensors */
export type Tensors = ReadonlyMap<string, { shape: number[]; data: Float32Array }>;

export function readSafetensors(bytes: Uint8Array): Tensors {
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  delete header.__metadata__;
  return new Map(
    Object.entries(header).map(([name, { shape, data_offsets: [from, to] }]) => {
      const [first, last] = [start + from, start + to].map((place) => bytes.byteOffset + place);
      return [name, { shape, data: new Float32Array(bytes.buffer.slice(first, last)) }];
    }),
  );
}
`;

const MAIN = `/** Predicts rows: node src/main.ts < rows.json, a list of objects; one answer a line. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { load } from './model.ts';
import { predict } from './predict.ts';
import { readSafetensors } from './safetensors.ts';

const weights = await readFile(new URL('../${WEIGHTS_FILE}', import.meta.url));
const model = load(readSafetensors(weights));
for (const answer of await predict(model, JSON.parse(await text(process.stdin)))) console.log(JSON.stringify(answer));
`;
