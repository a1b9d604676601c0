/** Every backbone. */
import { mobilenetV1 } from './mobilenet-v1.ts';
import { universalSentenceEncoderLite } from './universal-sentence-encoder-lite.ts';

export const backbones = [mobilenetV1, universalSentenceEncoderLite] as const;
