/** The weights alone. */
import { encodeSafetensors } from '../artifact/safetensors.ts';
import type { Exporter } from './export-file.ts';

export const WEIGHTS_FILE = 'weights.safetensors';

export const safetensors: Exporter = {
  name: 'safetensors',
  title: 'Weights (safetensors)',
  summary: 'The weights alone, as most frameworks read them; names are layer/weight, as in Keras.',
  files: ({ parameters }) => [{ path: WEIGHTS_FILE, bytes: encodeSafetensors(parameters) }],
};
