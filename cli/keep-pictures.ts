/** Pictures that a model made, as PNG files. */
import { writeFile } from 'node:fs/promises';
import { format, parse } from 'node:path';
import type { Prediction } from '../shared/schema/prediction.ts';
import { badUsage } from './failure.ts';
import type { Output } from './output.ts';

/** One is written to `file`; several as `file-1.png`, `file-2.png` … */
export async function keepPictures(
  predictions: readonly Prediction[],
  file: string,
  output: Output,
): Promise<void> {
  const images = predictions.flatMap((prediction) => ('image' in prediction ? [prediction.image] : []));
  if (images.length === 0) throw badUsage('-o keeps pictures that are made, and this model makes none');
  const { dir, name, ext } = parse(file);
  for (const [i, image] of images.entries()) {
    const path = images.length === 1 ? file : format({ dir, name: `${name}-${i + 1}`, ext });
    await writeFile(path, Buffer.from(image.slice(image.indexOf(',') + 1), 'base64'));
    output.note(`wrote ${path}`);
  }
}
