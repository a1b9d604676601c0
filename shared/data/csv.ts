/**
 * CSV read strictly, chunk by chunk, in constant memory and the same way in every program: csv-parse does the parsing, on
 * pieces cut at row ends; what it lets pass but a dataset cannot hold is refused here with its line. UTF-8, commas, a
 * header line, quotes doubled inside quotes; blank lines are skipped, spaces around unquoted fields are dropped.
 */
import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { AppError } from '../errors.ts';
import { joinBytes } from './join-bytes.ts';

/** Written for "no value" by spreadsheets (nothing), R (NA), pandas and JavaScript (NaN), SQL and JSON (null), UCI's sets (?). */
const MISSING = new Set(['', 'NA', 'NaN', 'null', '?']);
export const isMissing = (field: string): boolean => MISSING.has(field);

/** A decimal number such as -1, .5 or 6.02e23; NaN for any other text, and for what float64 cannot hold. */
export function parseNumber(field: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(field)) return Number.NaN;
  const value = Number(field);
  return Number.isFinite(value) ? value + 0 : Number.NaN; // + 0: JSON has no -0
}

export interface CsvHandler {
  header(names: string[]): void;
  /** As many fields as the header has names. */
  row(fields: string[]): void;
}

const PIECE = 1 << 20; // bytes
const ROW_LIMIT = 4 << 20; // bytes
const COLUMN_LIMIT = 10_000;
const NAME_LIMIT = 200;
const BOM = [0xef, 0xbb, 0xbf];
const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

/** `push` the chunks, then `end`. Both throw AppError `invalid_data`. */
export function createCsvReader(handler: CsvHandler): { push(chunk: Uint8Array): void; end(): void } {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let names: string[] | undefined;
  let rows = 0;
  let pending: Uint8Array = new Uint8Array(0); // after the last row end
  let line = 1; // where `pending` begins
  let quoted = false; // after the last byte seen
  let lastByte = 0;

  function checkUtf8(bytes?: Uint8Array): void {
    try {
      utf8.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new AppError('invalid_data', `the file is not UTF-8 text (near line ${line}); save it as UTF-8`, {
        cause,
      });
    }
  }

  /** Length of what ends with a row end. A quote inside a quoted field is doubled, so counting them tells which line ends count. */
  function rowsEnd(buffer: Uint8Array, from: number): number {
    let end = 0;
    for (let i = from; i < buffer.length; i++) {
      const byte = buffer[i] as number;
      if (!quoted && lastByte === CR && byte !== LF) end = i;
      if (byte === QUOTE) quoted = !quoted;
      if (!quoted && byte === LF) end = i + 1;
      lastByte = byte;
    }
    return end;
  }

  function parseRows(bytes: Uint8Array): void {
    // csv-parse's own `bom` wants a Buffer
    const buffer =
      names === undefined && BOM.every((byte, i) => bytes[i] === byte) ? bytes.subarray(3) : bytes;
    const lineAt = (offset: number): number => line + countLines(buffer.subarray(0, offset));
    try {
      parse(buffer, {
        record_delimiter: ['\r\n', '\n', '\r'],
        relax_column_count: true,
        skip_empty_lines: true,
        trim: true,
        on_record: (fields: string[], { bytes }) => {
          if (names === undefined) {
            names = checkHeader(fields);
            handler.header(names);
          } else {
            if (fields.length !== names.length)
              throw raggedRow(lineAt(bytes - 1), names.length, fields.length);
            rows += 1;
            handler.row(fields);
          }
          return undefined;
        },
      });
    } catch (error) {
      throw error instanceof CsvError ? quoteError(error, lineAt(Number(error.bytes))) : error;
    }
    line += countLines(buffer);
  }

  function pushPiece(piece: Uint8Array): void {
    checkUtf8(piece);
    const buffer = pending.length === 0 ? piece : joinBytes([pending, piece]);
    const end = rowsEnd(buffer, pending.length);
    if (end > 0) parseRows(buffer.subarray(0, end));
    pending = buffer.slice(end);
    if (pending.length > ROW_LIMIT) {
      parseRows(pending); // a misplaced quote gets its own message
      throw new AppError('invalid_data', `the row near line ${line} is longer than ${ROW_LIMIT} bytes`);
    }
  }

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length; at += PIECE) pushPiece(chunk.subarray(at, at + PIECE));
    },
    end() {
      checkUtf8();
      if (pending.length > 0) parseRows(pending);
      if (names === undefined)
        throw new AppError('invalid_data', 'the file is empty; expected a header line and rows');
      if (rows === 0) throw new AppError('invalid_data', 'the file has a header line but no rows');
    },
  };
}

function checkHeader(names: string[]): string[] {
  const refuse = (message: string) => new AppError('invalid_data', `the header line ${message}`);
  if (names.length > COLUMN_LIMIT)
    throw refuse(`has ${names.length} columns; at most ${COLUMN_LIMIT} are accepted`);
  if (names.length === 1 && /[;\t]/.test(names[0] as string)) {
    throw refuse('has no comma; fields must be separated by commas, not semicolons or tabs');
  }
  const places = new Map<string, number>();
  names.forEach((name, i) => {
    if (name === '') throw refuse(`has no name for column ${i + 1}; name every column`);
    if (name.length > NAME_LIMIT)
      throw refuse(`names column ${i + 1} with more than ${NAME_LIMIT} characters`);
    if (name === '__proto__') throw refuse('has a column named "__proto__"; rename it');
    const before = places.get(name);
    if (before !== undefined) throw refuse(`names both column ${before} and column ${i + 1} "${name}"`);
    places.set(name, i + 1);
  });
  return names;
}

function raggedRow(line: number, expected: number, found: number): AppError {
  const fields = found === 1 ? '1 field' : `${found} fields`;
  return new AppError('invalid_data', `line ${line} has ${fields}; the header has ${expected}`, {
    details: { line, expected, found },
  });
}

/** `line`: where the field at fault begins. */
function quoteError(error: CsvError, line: number): AppError {
  const problem = {
    CSV_QUOTE_NOT_CLOSED: 'a quoted field begins that is never closed',
    CSV_INVALID_CLOSING_QUOTE:
      'a quoted field begins whose closing quote is not followed by a comma or a line end; write a quote inside quotes twice ("")',
    INVALID_OPENING_QUOTE:
      'a quote stands inside an unquoted field; put the whole field in quotes and write the quote twice ("")',
  }[error.code as string];
  return new AppError('invalid_data', `line ${line}: ${problem ?? error.message}`, {
    details: { line },
    cause: error,
  });
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === LF || (bytes[i] === CR && bytes[i + 1] !== LF)) lines += 1;
  }
  return lines;
}
