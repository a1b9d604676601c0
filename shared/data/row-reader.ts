/** Reads a table of text in any of its formats, as it is or as gzip, which its first two bytes tell. */
import type { RowFormat } from '../schema/dataset.ts';
import { createCsvReader } from './csv.ts';
import { createGunzip, isGzip } from './inflate.ts';
import { joinBytes } from './join-bytes.ts';
import { createJsonReader } from './json-rows.ts';
import type { RowHandler, RowReader } from './rows.ts';
import { createTsvReader } from './tsv.ts';

/** Inflated bytes of a gzip file. */
const BUDGET = 2 ** 30;

const readers: Readonly<Record<RowFormat, (handler: RowHandler) => RowReader>> = {
  csv: createCsvReader,
  tsv: createTsvReader,
  json: createJsonReader,
};

export function createRowReader(format: RowFormat, handler: RowHandler): RowReader {
  const text = readers[format](handler);
  let start: Uint8Array = new Uint8Array(0);
  let reader: RowReader | undefined;
  const begin = (): RowReader => {
    reader = isGzip(start) ? createGunzip(text, { left: BUDGET }) : text;
    reader.push(start);
    return reader;
  };
  return {
    push(chunk) {
      if (reader) return reader.push(chunk);
      start = joinBytes([start, chunk]);
      if (start.length >= 2) begin();
    },
    end() {
      (reader ?? begin()).end();
    },
  };
}
