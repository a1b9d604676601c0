/** Convolutions, pools and resizing. ONNX has the channels before height and width: images are turned before and after. */
import type { Shape } from '../../../graph/graph.ts';
import type { ConvAttributes } from '../../../graph/operators/conv2d.ts';
import type { PoolAttributes } from '../../../graph/operators/max-pool2d.ts';
import type { Resize2dAttributes } from '../../../graph/operators/resize2d.ts';
import { type Pair, type WindowAttributes, windowAlong } from '../../../graph/window.ts';
import { int, ints, text } from '../scope.ts';
import { type Emission, type Emitter, fixed } from './emitter.ts';

const FIRST = [0, 3, 1, 2];
const LAST = [0, 2, 3, 1];
const HEIGHT_WIDTH = [0, 1] as const;

/** What `op` makes of the images with their channels first. */
function onImages(
  { scope, inputs: [images] }: Pick<Emission, 'scope' | 'inputs'>,
  op: (images: string) => string,
): string {
  return scope.transposed(op(scope.transposed(images!, FIRST)), LAST);
}

/** Padding as numbers, and the rest. `image`: [height, width]. */
function windowsOf(
  image: Pair,
  size: Pair,
  { strides, padding, dilations = [1, 1] }: WindowAttributes & { dilations?: Pair },
) {
  const along = HEIGHT_WIDTH.map((i) => {
    const { out, before } = windowAlong(image[i], size[i], strides[i], padding, dilations[i]);
    const reach = (size[i] - 1) * dilations[i] + 1;
    const past = (out - 1) * strides[i] + reach - image[i] - before;
    return { before, after: Math.max(past, 0), unseen: Math.max(-past, 0) };
  });
  return {
    /** Last elements that no window sees. */
    unseen: along.map(({ unseen }) => unseen),
    attributes: {
      kernel_shape: ints(...size),
      strides: ints(...strides),
      pads: ints(...along.map(({ before }) => before), ...along.map(({ after }) => after)),
    },
    dilations: ints(...dilations),
  };
}

const sizeOfImages = (shape: Emission['shape']): Pair => [fixed(shape[1]), fixed(shape[2])];

const conv2d: Emitter<ConvAttributes> = ({ scope, inputs, shapes, attributes }) => {
  const [height, width] = shapes[1]!.map(fixed) as [number, number];
  const windows = windowsOf(sizeOfImages(shapes[0]!), [height, width], attributes);
  const kernel = scope.transposed(inputs[1]!, [3, 2, 0, 1]);
  return onImages({ scope, inputs }, (images) =>
    scope.add('Conv', [images, kernel], { ...windows.attributes, dilations: windows.dilations }),
  );
};

const depthwiseConv2d: Emitter<ConvAttributes> = ({ scope, inputs, shapes, attributes }) => {
  const [height, width, channels, multiplier] = shapes[1]!.map(fixed) as [number, number, number, number];
  const windows = windowsOf(sizeOfImages(shapes[0]!), [height, width], attributes);
  const turned = scope.transposed(inputs[1]!, [2, 3, 0, 1]);
  const kernel = scope.reshaped(turned, [channels * multiplier, 1, height, width]);
  return onImages({ scope, inputs }, (images) =>
    scope.add('Conv', [images, kernel], {
      ...windows.attributes,
      dilations: windows.dilations,
      group: int(channels),
    }),
  );
};

/** What a transposed convolution is. */
const conv2dInputGradient: Emitter<ConvAttributes & { inputShape: Shape }> = (emission) => {
  const { scope, inputs, shapes, shape, attributes } = emission;
  const [height, width] = shapes[1]!.map(fixed) as [number, number];
  const windows = windowsOf(sizeOfImages(shape), [height, width], attributes);
  const kernel = scope.transposed(inputs[1]!, [3, 2, 0, 1]);
  return onImages({ scope, inputs }, (images) =>
    scope.add('ConvTranspose', [images, kernel], {
      ...windows.attributes,
      dilations: windows.dilations,
      output_padding: ints(...windows.unseen),
    }),
  );
};

const maxPool2d: Emitter<PoolAttributes> = ({ scope, inputs, shapes, attributes }) =>
  onImages({ scope, inputs }, (images) =>
    scope.add(
      'MaxPool',
      [images],
      windowsOf(sizeOfImages(shapes[0]!), attributes.size, attributes).attributes,
    ),
  );

const averagePool2d: Emitter<PoolAttributes> = ({ scope, inputs, shapes, attributes }) =>
  onImages({ scope, inputs }, (images) =>
    scope.add('AveragePool', [images], {
      ...windowsOf(sizeOfImages(shapes[0]!), attributes.size, attributes).attributes,
      count_include_pad: int(0),
    }),
  );

/** All four sizes are told: what turns images about in ONNX Runtime forgets the axes that only some are told of. */
const resize2d: Emitter<Resize2dAttributes> = ({ scope, inputs, shape, attributes: { method } }) =>
  onImages({ scope, inputs }, (images) =>
    scope.add('Resize', [images, '', '', scope.shape(FIRST.map((axis) => shape[axis]!))], {
      mode: text(method === 'nearest' ? 'nearest' : 'linear'),
      coordinate_transformation_mode: text('half_pixel'),
      nearest_mode: text('round_prefer_ceil'),
    }),
  );

export const windows = { conv2d, depthwiseConv2d, conv2dInputGradient, maxPool2d, averagePool2d, resize2d };
