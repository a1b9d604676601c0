/** What the model sees of each picture, and how boxes go there and back: 0 … 1 from the left and from the top of what it sees. */
import { AppError } from '../../errors.ts';
import type { FeatureStepSpec } from '../../pipeline/feature-spec.ts';
import { middleOf } from '../../pipeline/steps/image.ts';
import type { Box } from '../../schema/prediction.ts';
import type { Fitted, Source } from '../output-task.ts';

type ImageStep = Extract<FeatureStepSpec, { type: 'image' }>;

export interface Frame {
  /** Of the picture as it came, pixels. */
  width: number;
  height: number;
  /** A box in pixels within the frame; where the picture is cropped it may stand out. */
  into(box: Box): Box;
  /** Pixels of the picture; what stands out of it is cut off. */
  back(box: Box): Box;
}

/** One for each row. */
export function framesOf({ features }: Pick<Fitted, 'features'>, { table, rows }: Source): Frame[] {
  const feature = features.find(({ type }) => type === 'image');
  const column = feature && table.columns.get(feature.column);
  if (column?.type !== 'image') throw new AppError('invalid_data', 'there are no pictures to find boxes in');
  const step = feature!.steps.map(({ spec }) => spec).find((spec) => spec.type === 'image')!;
  return Array.from(rows, (row) => frameOf(column.values[row]!, step));
}

export function frameOf(
  picture: { width: number; height: number },
  step: Pick<ImageStep, 'width' | 'height' | 'fit'>,
): Frame {
  const { width, height } = picture;
  const seen =
    step.fit === 'crop' ? middleOf({ width, height }, step.height / step.width) : { width, height };
  const sizes = [seen.width, seen.height, seen.width, seen.height];
  const starts = sizes.map((size, side) => ([width, height][side % 2]! - size) / 2);
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  return {
    width,
    height,
    into: (box) => box.map((value, side) => (value - starts[side]!) / sizes[side]!) as unknown as Box,
    back(box) {
      const [left, top, right, bottom] = box.map((value, side) => starts[side]! + value * sizes[side]!) as [
        ...Box,
      ];
      return [within(left, width), within(top, height), within(right, width), within(bottom, height)];
    },
  };
}
