/** Which picture of a zip an annotation is about. */
import type { AnnotatedPicture } from './annotated-picture.ts';

/** Folders that only part pictures from their annotations, as in `labels/train/1.txt` and `images/train/1.jpg`. */
const PARTING = /^(images|jpegimages|labels|annotations)$/i;

/** Answers with the paths that it may be: one where all is well. */
export function pictureFinder(
  paths: Iterable<string>,
): (annotated: AnnotatedPicture, file: string) => string[] {
  const byName = new Map<string, string[]>();
  const byStem = new Map<string, string[]>();
  const put = (map: Map<string, string[]>, key: string, path: string) => {
    map.set(key, [...(map.get(key) ?? []), path]);
  };
  for (const path of paths) {
    put(byName, baseOf(path), path);
    put(byStem, stemOf(path), path);
  }
  return ({ picture }, file) => {
    if ('stemOf' in picture) {
      const same = byStem.get(stemOf(file)) ?? [];
      return narrowed(same, (path) => kin(path) === kin(file));
    }
    const name = picture.name.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
    const same = byName.get(baseOf(name)) ?? [];
    const beside = same.filter((path) => path === folderOf(file) + name);
    if (beside.length > 0) return beside;
    return narrowed(same, (path) => `/${path}`.endsWith(`/${name}`));
  };
}

const narrowed = (paths: string[], fits: (path: string) => boolean): string[] =>
  paths.length > 1 && paths.some(fits) ? paths.filter(fits) : paths;

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const stemOf = (path: string): string => baseOf(path).replace(/\.[^.]*$/, '');
const kin = (path: string): string =>
  folderOf(path)
    .split('/')
    .filter((part) => !PARTING.test(part))
    .join('/');
