/** What a model can leave as. A new form is its file and a line here. */
import type { Exporter } from './export-file.ts';
import { onnx } from './onnx/onnx.ts';
import { keras } from './python/keras.ts';
import { pytorch } from './python/pytorch.ts';
import { safetensors } from './safetensors.ts';
import { standalone } from './standalone.ts';
import { tfjs } from './tfjs.ts';
import { typescript } from './typescript/typescript.ts';

export const exporters: readonly Exporter[] = [
  keras,
  pytorch,
  typescript,
  tfjs,
  onnx,
  standalone,
  safetensors,
];
