/** MobileNet v1 (Howard et al. 2017) with a quarter of its channels: pictures [height, width, 3] → [256]. */
import * as z from 'zod';
import type { Backbone, BackboneEntry } from './backbone.ts';

/** Filters and stride of the 13 separable convolutions. */
const STAGES = [
  [16, 1],
  [32, 2],
  [32, 1],
  [64, 2],
  [64, 1],
  [128, 2],
  [128, 1],
  [128, 1],
  [128, 1],
  [128, 1],
  [128, 1],
  [256, 2],
  [256, 1],
] as const;
const CONVOLUTIONS = 1 + 2 * STAGES.length;

const MobilenetV1 = z.strictObject({
  type: z.literal('mobilenet-v1'),
  /** So many of its 27 convolutions, from the first, keep their weights; 27: none of them learns. */
  frozenLayers: z.int().min(0).max(CONVOLUTIONS).default(CONVOLUTIONS),
});
type MobilenetV1 = z.infer<typeof MobilenetV1>;

export const mobilenetV1 = {
  type: 'mobilenet-v1',
  summary:
    'A small network that has learnt to see from the million photographs of ImageNet: pictures scaled to −1 … 1 become 256 numbers.',
  params: MobilenetV1,
  weights: {
    title: 'MobileNet v1 0.25, trained on ImageNet',
    sha256: '6409544e787fcba0af2d5c8aaaf846a9f62c21019dfaba5e2d4c130b2f40fa91',
    bytes: 885_560,
    source: {
      url: 'https://storage.googleapis.com/tfjs-models/tfjs/mobilenet_v1_0.25_224/model.json',
      folder: 'mobilenet-v1-025-224-tfjs',
      until: 'gap',
    },
    licence: 'Apache-2.0 (Google); the photographs of ImageNet are for research',
  },
  expand({ frozenLayers }) {
    const entries: BackboneEntry[] = [];
    let convolutions = 0;
    const push = (name: string, layer: { type: string; [parameter: string]: unknown }) => {
      const frozen = convolutions < frozenLayers;
      convolutions += 1;
      entries.push(
        { ...layer, id: name, frozen, activation: 'linear', bias: false },
        { type: 'batch-norm', id: `${name}-bn`, frozen },
        { type: 'activation', id: `${name}-relu`, frozen, activation: 'relu6' },
      );
    };
    push('conv1', { type: 'conv2d', filters: 8, kernelSize: 3, stride: 2 });
    for (const [place, [filters, stride]] of STAGES.entries()) {
      push(`conv-dw-${place + 1}`, { type: 'depthwise-conv2d', kernelSize: 3, stride });
      push(`conv-pw-${place + 1}`, { type: 'conv2d', filters, kernelSize: 1 });
    }
    const frozen = frozenLayers === CONVOLUTIONS;
    return [...entries, { type: 'global-average-pooling', id: 'gap', frozen }];
  },
} satisfies Backbone<MobilenetV1>;
