/**
 * CSV read strictly, chunk by chunk, in constant memory and the same way in every program: csv-parse does the parsing, on
 * pieces cut at row ends; what it lets pass but a dataset cannot hold is refused here with its line. UTF-8, commas, a
 * header line, quotes doubled inside quotes; blank lines are skipped, spaces around unquoted fields are dropped.
 */
import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { AppError } from '../errors.ts';
import { joinBytes } from './join-bytes.ts';
import { checkHeader, ROW_LIMIT, type RowHandler, type RowReader, raggedRow } from './rows.ts';

const PIECE = 1 << 20; // bytes
const BOM = [0xef, 0xbb, 0xbf];
const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

/** `push` the chunks, then `end`. Both throw AppError `invalid_data`. */
export function createCsvReader(handler: RowHandler): RowReader {
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
            names = checkCsvHeader(fields);
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

function checkCsvHeader(names: string[]): string[] {
  if (names.length === 1 && /[;\t]/.test(names[0] as string)) {
    throw new AppError(
      'invalid_data',
      'the header line has no comma; fields must be separated by commas (a file separated by tabs is a .tsv)',
    );
  }
  return checkHeader(names);
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
