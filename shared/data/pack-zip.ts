/** Makes the zip of a `pictures` or `sounds` dataset from files of a folder; the same files make the same bytes. */
import { type Zippable, zipSync } from 'fflate';
import { AppError } from '../errors.ts';
import { roleOf } from './path-role.ts';
import { EXPECTED_EXAMPLES } from './zip-reader.ts';

interface File {
  path: string;
  bytes: Uint8Array;
}

/** Paths are relative to the dataset's folder; files that are neither examples nor annotations are left out. */
export function packZip(files: readonly File[]): Uint8Array<ArrayBuffer> {
  const named = files.map(({ path, bytes }) => ({
    path: path.replaceAll('\\', '/').replace(/^(\.?\/)+/, ''),
    bytes,
  }));
  const stems = new Set(named.filter(({ path }) => !isText(path)).map(({ path }) => stemOf(path)));
  const entries = withoutSharedFolder(named)
    .filter(({ path }) => roleOf(path) !== null && (!isText(path) || stems.has(stemOf(path))))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (entries.every(({ path }) => roleOf(path)?.type === 'annotations'))
    throw new AppError('invalid_data', `no pictures or sounds among the files; ${EXPECTED_EXAMPLES}`);
  const zip: Zippable = Object.create(null);
  for (const { path, bytes } of entries) {
    // pictures and gzip files are compressed already
    zip[path] = [
      bytes,
      { level: /(ubyte|\.(wav|json|xml|txt))$/i.test(path) ? 6 : 0, mtime: new Date(1980, 0, 1) },
    ];
  }
  return zipSync(zip);
}

/** Notes lie about in folders: of texts those count that are called as a picture is, or `classes.txt`. */
const isText = (path: string): boolean => /\.txt$/i.test(path) && !/(^|\/)classes\.txt$/i.test(path);
const stemOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');

/** Sounds that all lie in one folder have their labels in their names; the folder's name is none. */
function withoutSharedFolder(files: readonly File[]): readonly File[] {
  const folders = new Set(
    files
      .filter(({ path }) => /\.wav$/i.test(path))
      .map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1)),
  );
  const [folder] = folders;
  if (folders.size !== 1 || !folder) return files;
  return files.map(({ path, bytes }) => ({
    path: path.startsWith(folder) ? path.slice(folder.length) : path,
    bytes,
  }));
}
