/** Makes the zip of a `pictures` dataset from files of a folder; the same files make the same bytes. */
import { type Zippable, zipSync } from 'fflate';
import { AppError } from '../errors.ts';
import { roleOf } from './picture-paths.ts';

/** Paths are relative to the dataset's folder; files that are neither pictures nor IDX are left out. */
export function packPictures(files: readonly { path: string; bytes: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const entries = files
    .map(({ path, bytes }) => ({ path: path.replaceAll('\\', '/').replace(/^(\.?\/)+/, ''), bytes }))
    .filter(({ path }) => roleOf(path) !== null)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (entries.length === 0) {
    throw new AppError(
      'invalid_data',
      'no pictures among the files; expected a folder per label with PNG or JPEG files, or IDX files',
    );
  }
  const zip: Zippable = Object.create(null);
  for (const { path, bytes } of entries) {
    // pictures and gzip files are compressed already
    zip[path] = [bytes, { level: /ubyte$/.test(path) ? 6 : 0, mtime: new Date(1980, 0, 1) }];
  }
  return zipSync(zip);
}
