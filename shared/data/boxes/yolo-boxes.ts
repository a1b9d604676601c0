/**
 * Boxes in YOLO's text: a file for each picture, called as the picture is, a line for each box (number of the class, centre x and y,
 * width, height, as shares of the picture's); the classes' names stand in `classes.txt`, `obj.names` or `data.yaml`.
 */
import { parse } from 'yaml';
import * as z from 'zod';
import { AppError, messageOf } from '../../errors.ts';
import { type AnnotatedPicture, badAnnotation } from './annotated-picture.ts';

const Names = z.union([z.array(z.string()), z.record(z.string().regex(/^\d+$/), z.string())]);

/** The classes' names by number, of a file that has them; else null. Throws AppError `invalid_data`. */
export function readYoloNames(path: string, format: 'txt' | 'yaml', text: string): string[] | null {
  if (format === 'txt') return isNames(path) ? linesOf(text) : null;
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new AppError('invalid_data', `"${path}" is not YAML: ${messageOf(error).split('\n')[0]}`, {
      cause: error,
    });
  }
  const { data: names } = Names.safeParse((value as { names?: unknown } | null)?.names);
  if (!names) return null;
  return Array.isArray(names) ? names : Object.assign([], names);
}

const isNames = (path: string): boolean => /(^|[\\/])(classes\.txt|[^\\/]*\.names)$/i.test(path);

export function readYoloBoxes(path: string, text: string, names: readonly string[]): AnnotatedPicture {
  const boxes = linesOf(text).map((line, i) => {
    const place = `"${path}", line ${i + 1}`;
    const numbers = line.split(/\s+/).map(Number);
    if (numbers.length !== 5 || !numbers.every(Number.isFinite)) {
      throw badAnnotation(
        place,
        `is "${line.slice(0, 60)}"; expected five numbers: class, x, y, width, height`,
      );
    }
    const [number, x, y, width, height] = numbers as [number, number, number, number, number];
    const label = names[number];
    if (label === undefined)
      throw badAnnotation(place, `has the class ${number}; there are names for 0 to ${names.length - 1}`);
    const corners = [x - width / 2, y - height / 2, x + width / 2, y + height / 2] as const;
    return { label, place, corners, isRelative: true };
  });
  return { picture: { stemOf: path }, place: `"${path}"`, boxes };
}

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
