/**
 * Pictures of any size to one size and scale: bilinear with half-pixel centres and clamped edges, in float64, never by a
 * browser's canvas or a native library, because each of those rounds in its own way. Colour to grey by the weights of
 * ITU-R BT.601; grey to colour by repetition.
 */
import { z } from 'zod';
import type { ColumnData, Image } from '../../data/table.ts';
import type { FeatureStep } from '../step.ts';

const params = z.strictObject({
  type: z.literal('image'),
  height: z.int().min(1).max(1024),
  width: z.int().min(1).max(1024),
  channels: z.union([z.literal(1), z.literal(3)]),
  /** What 0 … 255 becomes. */
  scale: z.enum(['zero-one', 'minus-one-one']),
});
type Params = z.infer<typeof params>;
const state = z.null();

export const image = {
  type: 'image',
  summary: 'Resizes pictures and scales their pixels.',
  accepts: ['image'],
  gives: 'floats',
  shape: ({ height, width, channels }) => [height, width, channels],
  takesMissing: false,
  params,
  state,
  fit: () => null,
  apply({ values }, params) {
    const { height, width, channels } = params;
    const size = height * width * channels;
    const data = new Float32Array(values.length * size);
    values.forEach((picture, row) => {
      resizeInto(data, row * size, picture, params);
    });
    return { type: 'floats', shape: [height, width, channels], data };
  },
  python: ({ height, width, channels, scale }) =>
    `resize(x, ${height}, ${width}, ${channels}) / ${scale === 'zero-one' ? '255' : '127.5 - 1'}`,
  typescript: ({ height, width, channels, scale }) =>
    `resize(${[height, width, channels, ...(scale === 'zero-one' ? [0, 255] : [127.5, 127.5])].join(', ')})`,
} as const satisfies FeatureStep<Params, null, Extract<ColumnData, { type: 'image' }>>;

function resizeInto(out: Float32Array, offset: number, picture: Image, params: Params): void {
  const { height, width, channels, scale } = params;
  const [divisor, shift] = scale === 'zero-one' ? [255, 0] : [127.5, 1];
  const rows = sampleAxis(picture.height, height);
  const columns = sampleAxis(picture.width, width);
  const at = (y: number, x: number, channel: number): number =>
    picture.data[(y * picture.width + x) * picture.channels + channel] as number;

  let place = offset;
  for (const row of rows) {
    for (const column of columns) {
      const sample = (channel: number): number => {
        const top =
          at(row.low, column.low, channel) * (1 - column.part) +
          at(row.low, column.high, channel) * column.part;
        const bottom =
          at(row.high, column.low, channel) * (1 - column.part) +
          at(row.high, column.high, channel) * column.part;
        return top * (1 - row.part) + bottom * row.part;
      };
      if (channels === 1) {
        const grey =
          picture.channels === 1 ? sample(0) : 0.299 * sample(0) + 0.587 * sample(1) + 0.114 * sample(2);
        out[place++] = grey / divisor - shift;
      } else {
        for (let channel = 0; channel < 3; channel++) {
          out[place++] = sample(picture.channels === 1 ? 0 : channel) / divisor - shift;
        }
      }
    }
  }
}

/** For each pixel out along one axis: the two pixels it lies between, and the weight of the second. */
function sampleAxis(from: number, to: number): { low: number; high: number; part: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const centre = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(centre);
    return { low, high: Math.min(low + 1, from - 1), part: centre - low };
  });
}
