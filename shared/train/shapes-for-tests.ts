/** For tests: pictures with bright squares and dark bars on grey, and where those are. */
import type { Image, LabelledBox } from '../data/table.ts';
import { createRandom } from '../graph/random.ts';

const SIZES = { square: [12, 12], bar: [20, 6] } as const;
const SHADES = { square: 230, bar: 20 } as const;

/** One or two in each picture, which do not overlap; colours: 3 channels. */
export function shapePictures(
  count: number,
  { width = 48, height = 32, seed = 3 } = {},
): { pictures: Image[]; boxes: LabelledBox[][] } {
  const random = createRandom(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  const boxes: LabelledBox[][] = [];
  const pictures = Array.from({ length: count }, (_, i): Image => {
    const data = Uint8Array.from({ length: width * height * 3 }, () => 100 + upTo(40));
    const half = width / 2;
    const within = (['square', 'bar'] as const).flatMap((label, side): LabelledBox[] => {
      if (i % 3 === side) return [];
      const [w, h] = SIZES[label];
      const left = side * half + upTo(half - w);
      const top = upTo(height - h);
      for (let y = top; y < top + h; y++) {
        data.fill(SHADES[label], (y * width + left) * 3, (y * width + left + w) * 3);
      }
      return [{ label, box: [left, top, left + w, top + h] }];
    });
    boxes.push(within);
    return { width, height, channels: 3, data };
  });
  return { pictures, boxes };
}

/** Learns them in some seconds: cells of 4 × 4 pixels. */
export const shapesSpec = {
  schemaVersion: 1,
  task: 'object-detection',
  target: 'boxes',
  features: [
    { column: 'image', steps: [{ type: 'image', height: 32, width: 48, channels: 3, scale: 'zero-one' }] },
  ],
  model: [
    { type: 'conv2d', filters: 8, kernelSize: 3, stride: 2 },
    { type: 'conv2d', filters: 16, kernelSize: 3, stride: 2 },
    { type: 'conv2d', filters: 16, kernelSize: 5 },
  ],
  split: { validation: 0.2, test: 0.2 },
  training: {
    epochs: 15,
    batchSize: 4,
    optimizer: { type: 'adam', learningRate: 0.01 },
    seed: 7,
    earlyStopping: null,
  },
} as const;
