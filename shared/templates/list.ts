/** All templates, best first where several fit and nothing speaks against it. */
import { pictureCnn } from './picture-cnn.ts';
import { pictureCnnClassic } from './picture-cnn-classic.ts';
import { tableLinear } from './table-linear.ts';
import { tableNetwork } from './table-network.ts';
import type { Template } from './template.ts';
import { textCnn } from './text-cnn.ts';
import { textLinear } from './text-linear.ts';
import { textNetwork } from './text-network.ts';

export const templates: readonly Template[] = [
  tableNetwork,
  tableLinear,
  textNetwork,
  textLinear,
  textCnn,
  pictureCnn,
  pictureCnnClassic,
];
