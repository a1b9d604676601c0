/** Lines of UTF-8 text, chunk by chunk: ended by LF, CRLF or CR, without a byte order mark, none longer than a row may be. */
import { AppError } from '../errors.ts';
import { ROW_LIMIT, type RowReader } from './rows.ts';

/** `onLine` gets each line and its number, from 1. */
export function createLineReader(onLine: (line: string, number: number) => void): RowReader {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let rest = '';
  let number = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return utf8.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      const where = `near line ${number + 1}`;
      throw new AppError('invalid_data', `the file is not UTF-8 text (${where}); save it as UTF-8`, {
        cause,
      });
    }
  };
  return {
    push(chunk) {
      // A CR at the end may be the first half of CRLF: it waits.
      const lines = (rest + decode(chunk)).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop()!;
      for (const line of lines) onLine(line, ++number);
      if (rest.length > ROW_LIMIT)
        throw new AppError('invalid_data', `line ${number + 1} is longer than ${ROW_LIMIT} characters`);
    },
    end() {
      rest += decode();
      if (rest.endsWith('\r')) rest = rest.slice(0, -1);
      if (rest !== '') onLine(rest, ++number);
    },
  };
}
