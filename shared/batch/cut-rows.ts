/** A table of text in pieces that can be read each by itself, from any place where a row begins: so that work on it can go on where it stopped. */
import { createRowReader } from '../data/row-reader.ts';
import type { RowFormat } from '../schema/dataset.ts';

const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

/** Length of what ends with a row end, of bytes that begin with a row; 0 where none ends. */
export function lastRowEnd(bytes: Uint8Array, format: RowFormat): number {
  let end = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE && format === 'csv') quoted = !quoted;
    else if (quoted) continue;
    // a CR at the end may be the first half of a CRLF
    else if (byte === LF || (byte === CR && i + 1 < bytes.length && bytes[i + 1] !== LF)) end = i + 1;
  }
  return end;
}

/** `names`: of the columns, for a piece that is not the first; the first has them itself. Throws AppError `invalid_data`. */
export function readPiece(
  bytes: Uint8Array,
  format: RowFormat,
  names: readonly string[] | null,
): { names: string[]; rows: string[][] } {
  const piece = { names: [] as string[], rows: [] as string[][] };
  const reader = createRowReader(format, {
    header(found) {
      piece.names = found;
    },
    row: (fields) => void piece.rows.push(fields),
  });
  const encode = (text: string) => new TextEncoder().encode(text);
  if (names) reader.push(encode(`${headerLine(names, format)}\n`));
  reader.push(bytes);
  reader.push(encode('\n')); // the last row may have no end
  if (names && format === 'json') piece.rows.shift();
  return piece;
}

/** As JSON it is a row, whose keys are the columns. */
function headerLine(names: readonly string[], format: RowFormat): string {
  if (format === 'tsv') return names.join('\t');
  if (format === 'csv') return names.map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, null])));
}
