/** What a path means in a `pictures` dataset: a labelled picture, one half of an IDX pair, or nothing. */
import { AppError } from '../errors.ts';

export type PictureRole =
  | { type: 'picture'; label: string }
  /** `pair` is the same for both halves: "train", "t10k", … */
  | { type: 'idx-images' | 'idx-labels'; pair: string };

/** Null for what is no part of the dataset: folders, hidden files, notes. Throws AppError `invalid_data`. */
export function roleOf(path: string): PictureRole | null {
  const parts = path.split(/[\\/]/);
  const name = parts.at(-1) as string;
  if (name === '' || parts.some((part) => part.startsWith('.') && part !== '.') || parts[0] === '__MACOSX')
    return null;

  const idx = /^(.*?)[.-]?(images|labels)[.-]idx[13]-ubyte(\.gz)?$/.exec(name);
  if (idx) {
    const pair = [...parts.slice(0, -1), idx[1]].join('/');
    return { type: idx[2] === 'images' ? 'idx-images' : 'idx-labels', pair };
  }
  if (/\.(gif|webp|bmp|tiff?|heic|avif|svg)$/i.test(name)) {
    throw new AppError(
      'invalid_data',
      `"${path}" is in a format that is not read; convert it to PNG or JPEG`,
    );
  }
  if (!/\.(png|jpe?g)$/i.test(name)) return null;
  const label = parts.at(-2);
  if (label === undefined || label === '.') {
    throw new AppError(
      'invalid_data',
      `"${path}" lies in no folder; put each picture into a folder named for its label`,
    );
  }
  return { type: 'picture', label };
}
