/** All templates, best first where several fit and nothing speaks against it. */
import { pictureCnn } from './picture-cnn.ts';
import { pictureCnnClassic } from './picture-cnn-classic.ts';
import { tableLinear } from './table-linear.ts';
import { tableNetwork } from './table-network.ts';
import type { Template } from './template.ts';

export const templates: readonly Template[] = [tableNetwork, tableLinear, pictureCnn, pictureCnnClassic];
