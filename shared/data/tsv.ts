/**
 * Tab-separated values as the media type text/tab-separated-values has them: a header line, then rows, a tab between fields. There
 * are no quotes: what stands between two tabs is the field, but for spaces around it. Blank lines are skipped.
 */
import { AppError } from '../errors.ts';
import { checkHeader, type RowHandler, type RowReader, raggedRow } from './rows.ts';
import { createLineReader } from './text-lines.ts';

export function createTsvReader(handler: RowHandler): RowReader {
  let names: string[] | undefined;
  let rows = 0;
  const lines = createLineReader((line, number) => {
    if (line.trim() === '') return;
    const fields = line.split('\t').map((field) => field.trim());
    if (names === undefined) {
      names = checkHeader(fields);
      handler.header(names);
      return;
    }
    if (fields.length !== names.length) throw raggedRow(number, names.length, fields.length);
    rows += 1;
    handler.row(fields);
  });
  return {
    push: lines.push,
    end() {
      lines.end();
      if (names === undefined)
        throw new AppError('invalid_data', 'the file is empty; expected a header line and rows');
      if (rows === 0) throw new AppError('invalid_data', 'the file has a header line but no rows');
    },
  };
}
