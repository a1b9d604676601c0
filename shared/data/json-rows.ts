/**
 * Rows as JSON objects: one on each line, in constant memory, or all of them in one array. The first row's keys are the columns;
 * a later row may lack some of them, and has no others. Values are texts, numbers, true, false or null.
 */
import { AppError } from '../errors.ts';
import { checkHeader, type RowHandler, type RowReader } from './rows.ts';
import { createLineReader } from './text-lines.ts';

/** Longest array of rows, characters: it is read as a whole. */
const ARRAY_LIMIT = 256 << 20;

export function createJsonReader(handler: RowHandler): RowReader {
  let names: string[] | undefined;
  let array: string[] | undefined;
  let length = 0;

  function addRow(row: unknown, place: string): void {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new AppError(
        'invalid_data',
        `${place} is ${kindOf(row)}; expected an object such as {"text": "…"}`,
      );
    }
    const values = new Map(Object.entries(row));
    if (names === undefined) {
      names = checkHeader([...values.keys()]);
      handler.header(names);
    }
    for (const key of values.keys()) {
      if (!names.includes(key))
        throw new AppError(
          'invalid_data',
          `${place} has the key "${key}", which the first row has not; the columns are ${names.map((name) => `"${name}"`).join(', ')}`,
        );
    }
    handler.row(names.map((name) => textOf(values.get(name), name, place)));
  }

  const lines = createLineReader((line, number) => {
    if (array) {
      length += line.length;
      if (length > ARRAY_LIMIT)
        throw new AppError(
          'invalid_data',
          `the array is longer than ${ARRAY_LIMIT} characters; write one object a line instead`,
        );
      array.push(line);
    } else if (line.trim() !== '') {
      if (names === undefined && line.trimStart().startsWith('[')) array = [line];
      else addRow(parse(line, `line ${number}`), `line ${number}`);
    }
  });
  return {
    push: lines.push,
    end() {
      lines.end();
      const rows = array ? parse(array.join('\n'), 'the file') : [];
      for (const [i, row] of (rows as unknown[]).entries()) addRow(row, `row ${i + 1}`);
      if (names === undefined)
        throw new AppError('invalid_data', 'the file has no rows; expected an object on each line');
    },
  };
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_data', `${place} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function textOf(value: unknown, name: string, place: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object')
    throw new AppError(
      'invalid_data',
      `${place}: "${name}" is ${kindOf(value)}; expected a text, a number, true, false or null`,
    );
  return String(value).trim();
}

const kindOf = (value: unknown): string =>
  Array.isArray(value)
    ? 'an array'
    : value === null
      ? 'null'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;
