/** CSV read strictly: every refusal with its sentence, chunk by chunk, and nothing but AppErrors for any bytes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { createCsvReader } from './csv.ts';
import { parseNumber } from './rows.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(bytes: Uint8Array, chunk = bytes.length || 1): string[][] {
  const rows: string[][] = [];
  const take = (fields: string[]) => void rows.push(fields);
  const reader = createCsvReader({ header: take, row: take });
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  reader.end();
  return rows;
}

function refusal(bytes: Uint8Array, chunk?: number): string {
  try {
    read(bytes, chunk);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_data') return error.message;
    throw error;
  }
  return 'nothing was refused';
}

describe('createCsvReader', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '\ufeffa,b\r\n1, 2 \r\n\r\n3,4',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\n"x, ""y""\nz",\n',
      [
        ['a', 'b'],
        ['x, "y"\nz', ''],
      ],
    ],
    ['größe\n雪\n', [['größe'], ['雪']]],
  ])('reads %j, whatever the chunks', (text, rows) => {
    for (const chunk of [1, 2, 3, 1000]) expect(read(utf8(text), chunk)).toEqual(rows);
  });

  it.each([
    ['', /the file is empty/],
    ['\n\n', /the file is empty/],
    ['a,b\n', /a header line but no rows/],
    ['a,b,a\n1,2,3\n', /names both column 1 and column 3 "a"/],
    ['a,,c\n1,2,3\n', /no name for column 2/],
    ['a,__proto__\n1,2\n', /"__proto__"; rename it/],
    ['a;b\n1;2\n', /has no comma/],
    ['a,b\n1,2\n1,2,3\n', /^line 3 has 3 fields; the header has 2$/],
    ['a,b\n"1\n1",2\n7\n', /^line 4 has 1 field; the header has 2$/],
    ['a,b\n1,2\n3,"4\n5,6\n', /^line 3: a quoted field begins that is never closed$/],
    ['a,b\n1,2\n"3"x,4\n', /^line 3: .*closing quote is not followed by a comma/],
    ['a,b\n1,5" pipe\n', /^line 2: a quote stands inside an unquoted field/],
  ])('refuses %j', (text, message) => {
    expect(refusal(utf8(text))).toMatch(message);
    expect(refusal(utf8(text), 1)).toMatch(message);
  });

  it('refuses what is not UTF-8, also when a character is cut short at the end', () => {
    expect(refusal(Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a))).toMatch(/not UTF-8 text \(near line 1\)/);
    expect(refusal(Uint8Array.of(0x61, 0x0a, 0x31, 0xc3))).toMatch(/not UTF-8/);
    expect(refusal(Uint8Array.of(0xff, 0xfe, 0x61, 0x00))).toMatch(/not UTF-8/);
  });

  it('throws nothing but AppError, and reads the same in any chunks', () => {
    const text = fc.array(fc.constantFrom('a', '1', '"', ',', '\n', '\r', ' ', 'é'), { maxLength: 40 });
    const outcome = (bytes: Uint8Array, chunk?: number): unknown => {
      const message = refusal(bytes, chunk);
      return message === 'nothing was refused' ? read(bytes, chunk) : 'refused';
    };
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (parts, chunk) => {
        const bytes = utf8(parts.join(''));
        expect(outcome(bytes, chunk)).toEqual(outcome(bytes));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void refusal(bytes)));
  });
});

it('parseNumber takes finite decimals only', () => {
  expect(['1', '-1.5', '+.5', '2.', '6e3', '-0'].map(parseNumber)).toEqual([1, -1.5, 0.5, 2, 6000, 0]);
  for (const text of ['', 'x', '0x10', '1,000', 'Infinity', '1e999', '1 2', '.'])
    expect(parseNumber(text)).toBeNaN();
});
