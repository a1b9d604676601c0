/** What a path means in a zip of examples: a picture or sound, one half of an IDX pair, a file that may tell of boxes, or nothing. */
import { AppError } from '../errors.ts';

export type PathRole =
  /** Without a label where it lies in no folder. */
  | { type: 'picture'; label: string | null }
  | { type: 'sound'; label: string }
  /** `pair` is the same for both halves: "train", "t10k", … */
  | { type: 'idx-images' | 'idx-labels'; pair: string }
  | { type: 'annotations'; format: AnnotationFormat };

const ANNOTATIONS = {
  json: 'json',
  xml: 'xml',
  txt: 'txt',
  names: 'txt',
  yaml: 'yaml',
  yml: 'yaml',
} as const;
export type AnnotationFormat = (typeof ANNOTATIONS)[keyof typeof ANNOTATIONS];

/** Whether a file of a folder may be part of the dataset, judged by its ending. */
export const isPartByName = (path: string): boolean =>
  /\.(png|jpe?g|wav|json|xml|txt|names|ya?ml)$|-ubyte(\.gz)?$/i.test(path);

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
  const folder = parts.at(-2) === '.' ? undefined : parts.at(-2);
  if (PICTURE.test(name)) return { type: 'picture', label: folder ?? null };
  if (SOUND.test(name)) return { type: 'sound', label: folder ?? prefixOf(name, path) };
  const [, ending] = /\.(json|xml|txt|names|ya?ml)$/i.exec(name) ?? [];
  if (ending === undefined) return null;
  return { type: 'annotations', format: ANNOTATIONS[ending.toLowerCase() as keyof typeof ANNOTATIONS] };
}

/** Sounds that lie in no folder carry their label in front, as in `yes_0137.wav`. */
function prefixOf(name: string, path: string): string {
  const [, prefix] = /^([^_]+)_/.exec(name) ?? [];
  if (prefix !== undefined) return prefix;
  throw inNoFolder(path, 'put each sound', ', or begin its name with the label and "_"');
}

export const inNoFolder = (path: string, advice: string, otherwise: string): AppError =>
  new AppError(
    'invalid_data',
    `"${path}" lies in no folder; ${advice} into a folder named for its label${otherwise}`,
  );
