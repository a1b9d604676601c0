/** The annotations of a zip, in whichever format they are: gathered file by file, then brought together with the pictures. */
import type { ImageSize } from '../decode-image.ts';
import type { AnnotationFormat } from '../path-role.ts';
import type { LabelledBox } from '../table.ts';
import { type AnnotatedPicture, badAnnotation, type WrittenBox } from './annotated-picture.ts';
import { pictureFinder } from './find-picture.ts';
import { readJsonBoxes } from './json-boxes.ts';
import { readVocBoxes } from './voc-boxes.ts';
import { readYoloBoxes, readYoloNames } from './yolo-boxes.ts';

/** Pixels that a box may stand out of its picture, for tools round; they are cut off. */
const OVERHANG = 1;
/** A longer text is a note, not the boxes of one picture; bytes. */
const TEXT_MOST = 1 << 20;

export interface Annotations {
  /** Throws AppError `invalid_data`. */
  add(format: AnnotationFormat, path: string, bytes: Uint8Array): void;
  /** Of pictures by path; null where no file tells of boxes. Throws AppError `invalid_data` naming the place. */
  resolve(pictures: ReadonlyMap<string, ImageSize>): Map<string, LabelledBox[]> | null;
}

export function createAnnotations(): Annotations {
  const found: { file: string; annotated: AnnotatedPicture }[] = [];
  const texts = new Map<string, string>();
  let names: string[] | null = null;
  const keep = (file: string, pictures: readonly AnnotatedPicture[]) => {
    for (const annotated of pictures) found.push({ file, annotated });
  };
  return {
    add(format, path, bytes) {
      if (format === 'txt' && bytes.length > TEXT_MOST) return;
      const text = new TextDecoder().decode(bytes);
      if (format === 'json') keep(path, readJsonBoxes(path, text) ?? []);
      else if (format === 'xml') keep(path, [readVocBoxes(path, text) ?? []].flat());
      else {
        const read = readYoloNames(path, format, text);
        if (read && names && read.join('\n') !== names.join('\n')) {
          throw badAnnotation(`"${path}"`, 'names other classes than another file of names does; keep one');
        }
        if (read) names = read;
        else if (format === 'txt') texts.set(path, text);
      }
    },
    resolve(pictures) {
      const find = pictureFinder(pictures.keys());
      const all = [...found];
      for (const [file, text] of names ? texts : []) {
        const stemOnly: AnnotatedPicture = { picture: { stemOf: file }, place: file, boxes: [] };
        if (find(stemOnly, file).length > 0) all.push({ file, annotated: readYoloBoxes(file, text, names!) });
      }
      if (all.length === 0) return null;
      const boxes = new Map<string, LabelledBox[]>();
      for (const { file, annotated } of all) {
        const [path, ...more] = find(annotated, file);
        const { place, picture } = annotated;
        const what = 'name' in picture ? `is about "${picture.name}"` : 'is named for a picture';
        if (path === undefined) throw badAnnotation(place, `${what}, which is not among the pictures`);
        if (more.length > 0)
          throw badAnnotation(place, `${what}, which may be "${path}" or "${more[0]}"; rename one`);
        if (boxes.has(path)) throw badAnnotation(place, `is about "${path}", whose boxes were told before`);
        boxes.set(path, boxesOf(annotated, pictures.get(path)!));
      }
      return boxes;
    },
  };
}

function boxesOf({ boxes, size, place }: AnnotatedPicture, { width, height }: ImageSize): LabelledBox[] {
  if (size && (size.width !== width || size.height !== height)) {
    const said = `${size.width} × ${size.height}`;
    throw badAnnotation(place, `says that the picture is ${said} pixels, and it is ${width} × ${height}`);
  }
  return boxes.map((box) => checked(box, width, height));
}

function checked(
  { label, place, corners, isRelative }: WrittenBox,
  width: number,
  height: number,
): LabelledBox {
  if (label.trim() === '' || label.length > 200)
    throw badAnnotation(place, `has the label "${label.slice(0, 80)}"; expected 1 to 200 characters`);
  const sides = [width, height, width, height];
  const pixels = isRelative ? corners.map((value, i) => value * sides[i]!) : corners;
  const kept = pixels.map((value, i) => Math.min(Math.max(value, 0), sides[i]!));
  const [left, top, right, bottom] = kept as [number, number, number, number];
  const isInside = pixels.every((value, i) => Math.abs(value - kept[i]!) <= OVERHANG);
  if (isInside && left < right && top < bottom) return { label, box: [left, top, right, bottom] };
  const [l, t, r, b] = pixels.map((value) => Math.round(value * 100) / 100);
  throw badAnnotation(
    place,
    `has a box from ${l}, ${t} to ${r}, ${b}; expected left < right and top < bottom within ${width} × ${height} pixels`,
  );
}
