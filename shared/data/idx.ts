/** IDX files (the format of MNIST): pictures as one block of bytes [count, height, width], labels as bytes [count]. */
import { AppError } from '../errors.ts';
import { type Budget, gunzip } from './inflate.ts';
import type { PathRole } from './path-role.ts';
import type { Picture } from './zip-reader.ts';

interface Half {
  path: string;
  /** [count] or [count, height, width]. */
  shape: number[];
  data: Uint8Array;
}
type IdxRole = Extract<PathRole, { pair: string }>;

export function createIdxPairs(): {
  add(role: IdxRole, path: string, bytes: Uint8Array, budget: Budget): void;
  /** All pictures of all pairs, in the order in which the files came. Throws AppError `invalid_data`. */
  read(onPicture: (picture: Picture) => void): void;
} {
  const pairs = new Map<string, { 'idx-images'?: Half; 'idx-labels'?: Half }>();
  return {
    add({ type, pair }, path, bytes, budget) {
      const plain = path.endsWith('.gz') ? gunzip(bytes, path, budget) : bytes;
      const half = { path, ...parseIdx(plain, type === 'idx-images' ? 3 : 1) };
      pairs.set(pair, { ...pairs.get(pair), [type]: half });
    },
    read(onPicture) {
      for (const { 'idx-images': images, 'idx-labels': labels } of pairs.values()) {
        if (!images || !labels) {
          const [present, absent] = images ? [images, 'labels'] : [labels as Half, 'images'];
          throw new AppError('invalid_data', `"${present.path}" has no ${absent} file beside it`);
        }
        const [count, height, width] = images.shape as [number, number, number];
        if (labels.shape[0] !== count) {
          throw new AppError(
            'invalid_data',
            `"${images.path}" has ${count} pictures, but "${labels.path}" ${labels.shape[0]} labels`,
          );
        }
        const size = { width, height, channels: 1 } as const;
        for (let i = 0; i < count; i++) {
          const decode = () => ({
            ...size,
            data: images.data.subarray(i * width * height, (i + 1) * width * height),
          });
          onPicture({ type: 'picture', path: images.path, label: String(labels.data[i]), size, decode });
        }
      }
    },
  };
}

/** Magic 0, 0, 8 (unsigned byte), number of dimensions; then each dimension as a big-endian uint32; then the bytes. */
function parseIdx(bytes: Uint8Array, dimensions: 1 | 3): { shape: number[]; data: Uint8Array } {
  const header = 4 + 4 * dimensions;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < header || view.getUint32(0) !== 0x0800 + dimensions) {
    throw new AppError('invalid_data', `not an IDX file of bytes with ${dimensions} dimension(s)`);
  }
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = shape.reduce((product, n) => product * n, 1);
  if (expected < 1 || bytes.length - header !== expected) {
    throw new AppError(
      'invalid_data',
      `the header says ${shape.join(' × ')} bytes, but ${bytes.length - header} follow it`,
    );
  }
  return { shape, data: bytes.subarray(header) };
}
