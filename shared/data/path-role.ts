/** What a path means in a zip of examples: a labelled picture or sound, one half of an IDX pair, or nothing. */
import { AppError } from '../errors.ts';

export type PathRole =
  | { type: 'picture'; label: string }
  | { type: 'sound'; label: string }
  /** `pair` is the same for both halves: "train", "t10k", … */
  | { type: 'idx-images' | 'idx-labels'; pair: string };

const PICTURE = /\.(png|jpe?g)$/i;
const SOUND = /\.wav$/i;
/** Formats that people have and that are not read, with what they should become. */
const FOREIGN = [
  [/\.(gif|webp|bmp|tiff?|heic|avif|svg)$/i, 'PNG or JPEG'],
  [/\.(mp3|m4a|aac|ogg|opus|flac|wma|aiff?|webm)$/i, 'WAV'],
] as const;

/** Null for what is no part of the dataset: folders, hidden files, notes. Throws AppError `invalid_data`. */
export function roleOf(path: string): PathRole | null {
  const parts = path.split(/[\\/]/);
  const name = parts.at(-1) as string;
  if (name === '' || parts.some((part) => part.startsWith('.') && part !== '.') || parts[0] === '__MACOSX')
    return null;

  const idx = /^(.*?)[.-]?(images|labels)[.-]idx[13]-ubyte(\.gz)?$/.exec(name);
  if (idx) {
    const pair = [...parts.slice(0, -1), idx[1]].join('/');
    return { type: idx[2] === 'images' ? 'idx-images' : 'idx-labels', pair };
  }
  const foreign = FOREIGN.find(([ending]) => ending.test(name));
  if (foreign) {
    throw new AppError(
      'invalid_data',
      `"${path}" is in a format that is not read; convert it to ${foreign[1]}`,
    );
  }
  const type = PICTURE.test(name) ? 'picture' : SOUND.test(name) ? 'sound' : null;
  if (type === null) return null;
  const folder = parts.at(-2);
  const label = folder === undefined || folder === '.' ? prefixOf(type, name) : folder;
  if (label === null) {
    const what = type === 'picture' ? 'picture' : 'sound';
    const otherwise = type === 'sound' ? ', or begin its name with the label and "_"' : '';
    throw new AppError(
      'invalid_data',
      `"${path}" lies in no folder; put each ${what} into a folder named for its label${otherwise}`,
    );
  }
  return { type, label };
}

/** Sounds that lie in no folder carry their label in front, as in `yes_0137.wav`. */
const prefixOf = (type: 'picture' | 'sound', name: string): string | null =>
  type === 'sound' ? (/^([^_]+)_/.exec(name)?.[1] ?? null) : null;
