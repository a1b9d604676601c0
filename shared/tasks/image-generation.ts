/** New pictures that look like those learnt from: out of a few Gaussian numbers, or out of noise, drawn by the seed that is asked with. */
import { toDataUrl } from '../data/encode-png.ts';
import type { Table } from '../data/table.ts';
import { AppError } from '../errors.ts';
import type { GenerationOutcome } from '../evaluate/metric.ts';
import { sizeOf } from '../graph/operator.ts';
import { defaultLoss } from '../model/losses/list.ts';
import { namedEntries, restOf } from '../model/model-rest.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { LEVEL_CHANNELS } from '../model/objectives/noise-level.ts';
import { bodyShape, type ModelShape } from '../model/trace-model.ts';
import type { OutputSpec, Prediction } from '../schema/prediction.ts';
import type { AnswerScope, Asked, OutputTask } from './output-task.ts';
import { gaussianNoise } from './pictures/gaussian-noise.ts';
import { takeAwayNoise } from './pictures/take-away-noise.ts';

type Pictures = Extract<OutputSpec, { task: 'image-generation' }>;

/** Made at once: each takes the memory of a whole run of the network. */
const AT_ONCE = 16;
/** In one request: each may take many runs. */
const REQUEST_MOST = 64;
const SEED_MOST = 2 ** 31 - 1;

export const imageGeneration: OutputTask<Pictures> = {
  task: 'image-generation',
  curve: 'loss',
  check() {},
  expect: (_, target, asked) => headOf(outputOf(target, asked)),
  head: headOf,
  checkModel(model, shape, asked) {
    const { height, width, from } = outputOf('', asked);
    if (from === 'latent') decoderOf(model);
    else if (latentPlaces(model).length > 0) {
      throw invalid('a "latent" block is for the loss "reconstruction"; remove it, or use that loss');
    }
    const given = bodyShape(model, shape);
    if (given.length === 3 && given[0] === height && given[1] === width) return;
    throw invalid(
      `the last block gives ${given.join(' × ')}; for pictures of ${height} × ${width} it must give ${height} × ${width} × any number of channels`,
    );
  },
  fit: (target, _, __, asked) => ({
    output: outputOf(target, asked),
    targetState: null,
    inputs: [{ type: 'number', name: 'seed', optional: true, min: 0, max: SEED_MOST, example: 1 }],
  }),
  encode: () => null,
  outcome: (losses): GenerationOutcome => ({ task: 'image-generation', losses }),
  predictions: (y, { output }) => picturesOf(y, output),
  async answerer(scope) {
    const make = await makerOf(scope);
    return async (instances) => {
      const seeds = seedsOf(instances);
      const predictions: Prediction[] = [];
      for (let start = 0; start < seeds.length; start += AT_ONCE) {
        const pixels = await make(seeds.slice(start, start + AT_ONCE));
        predictions.push(...picturesOf(pixels, scope.fitted.output));
      }
      return predictions;
    };
  },
};

/** `y`: pixels, 0 … 1. */
function picturesOf(y: Float32Array, { width, height, channels }: Pictures): Prediction[] {
  const size = width * height * channels;
  return Array.from({ length: y.length / size }, (_, row) => {
    const pixels = y.subarray(row * size, (row + 1) * size);
    const data = Uint8Array.from(pixels, (value) => Math.round(Math.min(Math.max(value, 0), 1) * 255));
    return { image: toDataUrl({ width, height, channels, data }) };
  });
}

/** What makes pictures of seeds, row-major [seeds, height, width, channels], 0 … 1. */
async function makerOf(scope: AnswerScope<Pictures>): Promise<(seeds: number[]) => Promise<Float32Array>> {
  const { fitted, loss } = scope;
  const { width, height, channels } = fitted.output;
  const { model, shape } = pictureNetwork(scope);
  const network = await scope.network(model, shape);
  const noise = (seeds: number[], count: number) => {
    const all = new Float32Array(seeds.length * count);
    seeds.forEach((seed, i) => {
      all.set(gaussianNoise(seed, count), i * count);
    });
    return all;
  };
  if (loss.type === 'denoising') {
    const { steps } = loss;
    return async (seeds) => {
      const drawn = noise(seeds, width * height * channels);
      const pictures = await takeAwayNoise({ noise: drawn, channels, steps, network });
      return pictures.map((value) => (value + 1) / 2);
    };
  }
  return async (seeds) =>
    (await network(noise(seeds, sizeOf(shape.inputShape)))).map((y) => 1 / (1 + Math.exp(-y)));
}

/** What is run to make pictures: of an autoencoder the part after its latent block, else all of the model. */
export function pictureNetwork({
  fitted: { output, outputShape },
  model,
  loss,
}: Pick<AnswerScope<Pictures>, 'fitted' | 'model' | 'loss'>): { model: ModelSpec; shape: ModelShape } {
  if (loss.type === 'denoising') return { model, shape: { inputShape: outputShape, ...headOf(output) } };
  const { decoder, place } = decoderOf(model);
  const inputShape = bodyShape(namedEntries(model).slice(0, place + 1), { inputShape: outputShape });
  return { model: decoder, shape: { ...headOf(output), inputShape } };
}

function seedsOf({ rows, columns }: Table): number[] {
  if (rows > REQUEST_MOST) {
    const what = `${rows} pictures are asked for at once; at most ${REQUEST_MOST} are made`;
    throw new AppError('invalid_data', what);
  }
  const column = columns.get('seed');
  const values = column?.type === 'number' ? column.values : [];
  return Array.from(values, (seed, instance) => {
    if (Number.isNaN(seed)) return 0;
    if (Number.isInteger(seed) && seed >= 0 && seed <= SEED_MOST) return seed;
    const accepted = `a whole number from 0 to ${SEED_MOST}`;
    throw new AppError(
      'invalid_data',
      `instances[${instance}], feature "seed" is ${seed}; expected ${accepted}`,
      {
        details: { instance, field: 'seed', value: String(seed), accepted },
      },
    );
  });
}

/** The size is that of the one feature, which must be a picture. */
function outputOf(target: string, { features, loss = defaultLoss('image-generation') }: Asked): Pictures {
  const [feature, ...others] = features;
  const [step, ...later] = feature?.steps ?? [];
  if (others.length > 0 || later.length > 0 || step?.type !== 'image' || step.scale !== 'zero-one') {
    throw invalid(
      'making pictures takes one feature, a column of pictures with the step "image" and the scale "zero-one"',
    );
  }
  const { width, height, channels } = step;
  const from = loss.type === 'denoising' ? 'noise' : 'latent';
  return { task: 'image-generation', target, width, height, channels, from };
}

/** A number for each channel of each pixel. Noisy pictures come with their level. */
function headOf({ width, height, channels, from }: Pictures) {
  const head = { outputs: channels, perPlace: true };
  const inputShape = [height, width, channels + LEVEL_CHANNELS];
  return from === 'noise' ? { ...head, inputShape, features: [] } : head;
}

const latentPlaces = (model: ModelSpec): number[] =>
  namedEntries(model).flatMap(({ type }, place) => (type === 'latent' ? [place] : []));

/** What comes after the latent block, whose place is told. Throws AppError `invalid_pipeline` where all does not go through one. */
function decoderOf(model: ModelSpec): { decoder: ModelSpec; place: number } {
  const [place, ...others] = latentPlaces(model);
  const decoder = place === undefined || others.length > 0 ? null : restOf(namedEntries(model), place + 1);
  if (place !== undefined && decoder) return { decoder, place };
  throw invalid(
    'the loss "reconstruction" needs one "latent" block that everything goes through: what comes after it takes nothing from before it',
  );
}

const invalid = (message: string): AppError => new AppError('invalid_pipeline', message);
