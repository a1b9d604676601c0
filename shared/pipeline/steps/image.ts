/**
 * Pictures of any size to one size and scale: bilinear with half-pixel centres and clamped edges, in float64, never by a
 * browser's canvas or a native library, because each of those rounds in its own way. Colour to grey by the weights of
 * ITU-R BT.601; grey to colour by repetition.
 */

import type { ColumnData, Image } from '../../data/table.ts';
import type { Made, Zod } from '../../schema/zod.ts';
import { mean, standardDeviation } from '../statistics.ts';
import type { FeatureStep } from '../step.ts';

const params = (z: Zod) =>
  z.strictObject({
    type: z.literal('image'),
    height: z.int().min(1).max(1024),
    width: z.int().min(1).max(1024),
    channels: z.union([z.literal(1), z.literal(3)]),
    /** What 0 … 255 becomes; `none`: stays so; `standardised`: each channel with mean 0 and deviation 1 over the training rows. */
    scale: z.enum(['zero-one', 'minus-one-one', 'standardised', 'none']),
    /** What becomes of another shape: by default it is stretched; `crop` keeps the middle that has the wanted one. */
    fit: z.enum(['stretch', 'crop']).optional(),
  });
type Params = Made<typeof params>;

/** Of each channel, 0 … 255; null where the scale is not learnt. */
const state = (z: Zod) =>
  z.union([z.null(), z.strictObject({ mean: z.array(z.number()), std: z.array(z.number().positive()) })]);
type State = Made<typeof state>;

type Pictures = Extract<ColumnData, { type: 'image' }>;

export const image = {
  type: 'image',
  summary: 'Resizes pictures and scales their pixels.',
  accepts: ['image'],
  gives: 'floats',
  shape: ({ height, width, channels }) => [height, width, channels],
  takesMissing: false,
  params,
  state,
  fit(pictures, params) {
    if (params.scale !== 'standardised') return null;
    const { channels } = params;
    const samples = resized(pictures, params, { divisor: [1, 1, 1], shift: [0, 0, 0] });
    const all = Array.from({ length: channels }, (_, c) =>
      Float64Array.from({ length: samples.length / channels }, (_, i) => samples[i * channels + c]!),
    );
    const means = all.map((values) => mean(values));
    return { mean: means, std: all.map((values, c) => standardDeviation(values, means[c]!) || 1) };
  },
  apply(pictures, params, state) {
    const { height, width, channels } = params;
    const data = resized(pictures, params, scaleOf(params, state));
    return { type: 'floats', shape: [height, width, channels], data };
  },
  into(params, state) {
    const scale = scaleOf(params, state);
    return (picture, out, at) => resizeInto(out, at, picture, params, scale);
  },
  python(params, state) {
    const { height, width, channels, fit } = params;
    const { divisor, shift } = scaleOf(params, state);
    const crop = fit === 'crop' ? ', crop=True' : '';
    const scale = state
      ? `np.array([${divisor.join(', ')}]) - np.array([${shift.join(', ')}])`
      : `${divisor[0]}${shift[0] === 0 ? '' : ` - ${shift[0]}`}`;
    return `resize(x, ${height}, ${width}, ${channels}${crop}) / ${scale}`;
  },
  typescript(params, state) {
    const { height, width, channels, fit } = params;
    const { divisor, shift } = scaleOf(params, state);
    return `resize(${height}, ${width}, ${channels}, [${shift.join(', ')}], [${divisor.join(', ')}], ${fit === 'crop'})`;
  },
} as const satisfies FeatureStep<Params, State, Pictures>;

/** A sample becomes sample ÷ divisor − shift, each channel by its own. */
interface Scale {
  divisor: readonly number[];
  shift: readonly number[];
}

function scaleOf({ scale, channels }: Params, state: State): Scale {
  if (state) return { divisor: state.std, shift: state.mean.map((mean, c) => mean / state.std[c]!) };
  return FIXED[scale === 'standardised' ? 'none' : scale][channels];
}

const FIXED = {
  none: scales(1, 0),
  'zero-one': scales(255, 0),
  'minus-one-one': scales(127.5, 1),
};

/** By the number of channels, all alike. */
function scales(divisor: number, shift: number): Record<1 | 3, Scale> {
  return {
    1: { divisor: [divisor], shift: [shift] },
    3: { divisor: [divisor, divisor, divisor], shift: [shift, shift, shift] },
  };
}

function resized({ values }: Pictures, params: Params, scale: Scale): Float32Array<ArrayBuffer> {
  const size = params.height * params.width * params.channels;
  const data = new Float32Array(values.length * size);
  values.forEach((picture, row) => {
    resizeInto(data, row * size, picture, params, scale);
  });
  return data;
}

function resizeInto(
  out: Float32Array,
  offset: number,
  picture: Image,
  { height, width, channels, fit }: Params,
  { divisor, shift }: Scale,
): void {
  if (picture.width === width && picture.height === height && picture.channels === channels) {
    scaleInto(out, offset, picture, { divisor, shift });
    return;
  }
  const part = fit === 'crop' ? middleOf(picture, height / width) : picture;
  const rows = sampleAxis(picture.height, part.height, height);
  const columns = sampleAxis(picture.width, part.width, width);
  const { data, channels: stored } = picture;
  const lineLength = picture.width * stored;
  const colours = stored === 3 ? 3 : 1;
  const sample = [0, 0, 0]; // one for each colour of the picture

  let place = offset;
  for (const row of rows) {
    const [low, high] = [row.low * lineLength, row.high * lineLength];
    for (const column of columns) {
      const [left, right] = [column.low * stored, column.high * stored];
      for (let colour = 0; colour < colours; colour++) {
        const top =
          data[low + left + colour]! * (1 - column.part) + data[low + right + colour]! * column.part;
        const bottom =
          data[high + left + colour]! * (1 - column.part) + data[high + right + colour]! * column.part;
        sample[colour] = top * (1 - row.part) + bottom * row.part;
      }
      if (channels === 1) {
        const grey =
          colours === 1 ? sample[0]! : 0.299 * sample[0]! + 0.587 * sample[1]! + 0.114 * sample[2]!;
        out[place++] = grey / divisor[0]! - shift[0]!;
      } else {
        for (let channel = 0; channel < 3; channel++)
          out[place++] = sample[colours === 1 ? 0 : channel]! / divisor[channel]! - shift[channel]!;
      }
    }
  }
}

/** A picture that has its size already: of each channel there are 256 values, so they are worked out once. */
function scaleInto(out: Float32Array, offset: number, { data, channels }: Image, scale: Scale): void {
  const tables = tablesOf(scale);
  for (let i = 0; i < data.length; i += channels)
    for (let channel = 0; channel < channels; channel++)
      out[offset + i + channel] = tables[channel]![data[i + channel]!]!;
}

const knownTables = new WeakMap<readonly number[], readonly Float32Array[]>();
function tablesOf({ divisor, shift }: Scale): readonly Float32Array[] {
  const tables =
    knownTables.get(divisor) ??
    divisor.map((by, channel) =>
      Float32Array.from({ length: 256 }, (_, value) => value / by - shift[channel]!),
    );
  knownTables.set(divisor, tables);
  return tables;
}

/** The largest part with the wanted height for its width, not always of whole pixels. */
export function middleOf(
  { width, height }: Pick<Image, 'width' | 'height'>,
  ratio: number,
): { width: number; height: number } {
  return height > width * ratio ? { width, height: width * ratio } : { width: height / ratio, height };
}

/** For each pixel out along one axis, of which the middle `part` is kept: the two pixels it lies between, and the weight of the second. */
function sampleAxis(from: number, part: number, to: number): { low: number; high: number; part: number }[] {
  const start = (from - part) / 2;
  return Array.from({ length: to }, (_, i) => {
    const centre = Math.min(Math.max(start + ((i + 0.5) * part) / to - 0.5, 0), from - 1);
    const low = Math.floor(centre);
    return { low, high: Math.min(low + 1, from - 1), part: centre - low };
  });
}
