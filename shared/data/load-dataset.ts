/** A dataset's bytes to a table in memory. */
import { AppError } from '../errors.ts';
import { type DatasetFormat, type DatasetProfile, isRowFormat, type RowFormat } from '../schema/dataset.ts';
import { profileBytes } from './profile-dataset.ts';
import { createRowReader } from './row-reader.ts';
import { isMissing, parseNumber } from './rows.ts';
import type { ColumnData, Image, Sound, Table } from './table.ts';
import { createZipReader, type Example, type ZipReader } from './zip-reader.ts';

/** Decoded examples held at once, bytes. */
const DECODED_LIMIT = 2 ** 31;

/** With `profile`, made from the same bytes before, a table is read once instead of twice. Throws AppError `invalid_data`. */
export function loadDataset(bytes: Uint8Array, format: DatasetFormat, profile?: DatasetProfile): Table {
  return isRowFormat(format)
    ? loadRows(bytes, format, profile ?? profileBytes(bytes, format))
    : loadExamples(bytes);
}

/**
 * The same, with the pictures of a zip decoded by `decodeAll`, which may do so in several threads: it gets all examples and gives
 * what they decode to, in their order.
 */
export async function loadDatasetWith(
  decodeAll: (examples: readonly Example[]) => Promise<Decoded[]>,
  ...[bytes, format, profile]: Parameters<typeof loadDataset>
): Promise<Table> {
  if (isRowFormat(format)) return loadDataset(bytes, format, profile);
  const examples: Example[] = [];
  const boxes = readExamples(bytes, (example) => void examples.push(example));
  return tableOf(examples, await decodeAll(examples), boxes);
}

export type Decoded = Image | Sound;

function loadRows(bytes: Uint8Array, format: RowFormat, profile: DatasetProfile): Table {
  const names = profile.columns.map((column) => column.name);
  const columns = profile.columns.map(
    ({ type }): Extract<ColumnData, { type: 'number' | 'category' }> =>
      type === 'number'
        ? { type, values: new Float64Array(profile.rows) }
        : { type: 'category', values: new Array<string | null>(profile.rows).fill(null) },
  );
  // one copy of each category, however many rows have it
  const known = new Map<string, string>();
  const once = (text: string): string => {
    const seen = known.get(text);
    if (seen === undefined) known.set(text, text);
    return seen ?? text;
  };
  const mismatch = (what: string) =>
    new AppError('invalid_data', `the file does not match its profile: ${what}`);
  let rows = 0;

  const reader = createRowReader(format, {
    header(found) {
      if (found.join('\n') !== names.join('\n')) throw mismatch('its columns differ');
    },
    row(fields) {
      if (rows === profile.rows) throw mismatch(`it has more than ${profile.rows} rows`);
      columns.forEach((column, i) => {
        const field = fields[i] as string;
        const missing = isMissing(field);
        if (column.type === 'category') {
          column.values[rows] = missing ? null : once(field);
          return;
        }
        const value = missing ? Number.NaN : parseNumber(field);
        if (!missing && Number.isNaN(value))
          throw mismatch(`"${names[i]}" has the value "${field}", not a number`);
        column.values[rows] = value;
      });
      rows += 1;
    },
  });
  reader.push(bytes);
  reader.end();
  if (rows !== profile.rows) throw mismatch(`it has ${rows} rows, not ${profile.rows}`);
  return { rows, columns: new Map(columns.map((column, i) => [names[i] as string, column])) };
}

function loadExamples(bytes: Uint8Array): Table {
  const examples: Labelled[] = [];
  const decoded: Decoded[] = [];
  const boxes = readExamples(bytes, ({ type, label, path, decode }) => {
    examples.push({ type, label, path });
    decoded.push(decode());
  });
  return tableOf(examples, decoded, boxes);
}

/** The boxes of each picture by its path; null where nothing tells of any. */
function readExamples(bytes: Uint8Array, onExample: (example: Example) => void): Boxes {
  let decoded = 0;
  const reader = createZipReader((example) => {
    decoded += bytesOf(example);
    if (decoded > DECODED_LIMIT) {
      const what = example.type === 'picture' ? 'pictures' : 'sounds';
      throw new AppError('invalid_data', `the ${what} decode to more than 2 GiB; make them smaller or fewer`);
    }
    onExample(example);
  });
  reader.push(bytes);
  reader.end();
  return reader.boxes();
}

type Boxes = ReturnType<ZipReader['boxes']>;
type Labelled = Pick<Example, 'type' | 'label' | 'path'>;

/** All examples of a zip are of one type. */
function tableOf(examples: readonly Labelled[], decoded: readonly Decoded[], boxes: Boxes): Table {
  return {
    rows: examples.length,
    columns: new Map<string, ColumnData>([
      examples[0]?.type === 'sound'
        ? ['audio', { type: 'audio', values: decoded as Sound[] }]
        : ['image', { type: 'image', values: decoded as Image[] }],
      boxes
        ? ['boxes', { type: 'boxes', values: examples.map(({ path }) => boxes.get(path) ?? []) }]
        : ['label', { type: 'category', values: examples.map(({ label }) => label) }],
    ]),
  };
}

const bytesOf = ({ type, size }: Example): number =>
  type === 'picture' ? size.width * size.height * size.channels : size.length * 4;
