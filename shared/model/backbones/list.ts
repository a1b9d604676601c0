/** Every backbone. */
import { mobilenetV1 } from './mobilenet-v1.ts';

export const backbones = [mobilenetV1] as const;
