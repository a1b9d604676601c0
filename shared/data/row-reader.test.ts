/** The formats beside CSV: what they read, what they refuse and with which sentence, and gzip in front of them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import type { RowFormat } from '../schema/dataset.ts';
import { formatOfName } from './format-of-name.ts';
import { loadDataset } from './load-dataset.ts';
import { profileBytes } from './profile-dataset.ts';
import { createRowReader } from './row-reader.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(format: RowFormat, bytes: Uint8Array, chunk = bytes.length || 1): string[][] {
  const rows: string[][] = [];
  const take = (fields: string[]) => void rows.push(fields);
  const reader = createRowReader(format, { header: take, row: take });
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  reader.end();
  return rows;
}

function refusal(format: RowFormat, text: string | Uint8Array): string {
  try {
    read(format, typeof text === 'string' ? utf8(text) : text);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_data') return error.message;
    throw error;
  }
  return 'nothing was refused';
}

const table = [
  ['text', 'label'],
  ['a "quoted", word', '1'],
  ['雪', ''],
];

describe('createRowReader', () => {
  it.each<[RowFormat, string]>([
    ['csv', 'text,label\n"a ""quoted"", word",1\n雪,\n'],
    ['tsv', 'text\tlabel\na "quoted", word\t1\n\n雪\t\n'],
    ['tsv', '\ufefftext\tlabel\r\na "quoted", word \t 1\r\n雪\t'],
    ['tsv', 'text\tlabel\ra "quoted", word\t1\r雪\t\r'],
    ['json', '{"text":"a \\"quoted\\", word","label":1}\n{"text":"雪"}\n'],
    ['json', '\n{"text":"a \\"quoted\\", word","label":1}\r\n\r\n{"label":null,"text":"雪"}'],
    ['json', '[\n  {"text": "a \\"quoted\\", word",\n "label": 1},\n  {"text": "雪"}\n]\n'],
  ])('reads %s: %j, whatever the chunks, and as gzip', (format, text) => {
    for (const bytes of [utf8(text), new Uint8Array(gzipSync(text))]) {
      for (const chunk of [1, 2, 7, bytes.length]) expect(read(format, bytes, chunk)).toEqual(table);
    }
  });

  it('reads what JSON has besides texts', () => {
    expect(read('json', utf8('{"a":true,"b":-1.5e-7,"c":null}'))).toEqual([
      ['a', 'b', 'c'],
      ['true', '-1.5e-7', ''],
    ]);
  });

  it.each<[RowFormat, string, RegExp]>([
    ['tsv', '', /^the file is empty; expected a header line and rows$/],
    ['tsv', 'a\tb\n', /^the file has a header line but no rows$/],
    ['tsv', 'a\tb\n1\t2\n1\n', /^line 3 has 1 field; the header has 2$/],
    ['tsv', 'a\t\n1\t2\n', /^the header line has no name for column 2; name every column$/],
    ['csv', 'a\tb\n1\t2\n', /separated by tabs is a \.tsv\)$/],
    ['json', '', /^the file has no rows; expected an object on each line$/],
    ['json', '[]', /^the file has no rows/],
    ['json', '{"a":1}\n{"a":\n', /^line 2 is not JSON: /],
    ['json', '{"a":1}\n3\n', /^line 2 is a number; expected an object such as \{"text": "…"\}$/],
    ['json', '[{"a":1},[2]]', /^row 2 is an array; expected an object/],
    [
      'json',
      '{"a":1}\n{"b":1}\n',
      /^line 2 has the key "b", which the first row has not; the columns are "a"$/,
    ],
    ['json', '{"a":{"b":1}}\n', /^line 1: "a" is an object; expected a text, a number, true, false or null$/],
    ['json', '{"__proto__":1}\n', /^the header line has a column named "__proto__"; rename it$/],
  ])('refuses %s: %j', (format, text, message) => {
    expect(refusal(format, text)).toMatch(message);
  });

  it('refuses broken bytes, and gzip that is cut off or damaged', () => {
    expect(refusal('tsv', Uint8Array.of(0x61, 0x0a, 0xff, 0xfe))).toMatch(
      /^the file is not UTF-8 text \(near line/,
    );
    const whole = gzipSync('a\tb\n1\t2\n');
    expect(refusal('tsv', whole.subarray(0, whole.length - 12))).toMatch(
      /^not a whole gzip file|no rows|is empty/,
    );
    expect(refusal('tsv', Uint8Array.of(0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9))).toMatch(
      /^not a whole gzip file: /,
    );
  });

  it('throws nothing but AppErrors, whatever the bytes', () => {
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.string().map(utf8), fc.json().map(utf8));
    fc.assert(
      fc.property(fc.constantFrom<RowFormat>('tsv', 'json'), anyBytes, (format, bytes) => {
        refusal(format, bytes);
      }),
    );
  });
});

describe('formatOfName', () => {
  it.each([
    ['a.csv', 'csv'],
    ['A.TSV.GZ', 'tsv'],
    ['b.ndjson', 'json'],
    ['b.json.gz', 'json'],
    ['c.zip', 'pictures'],
    ['d.parquet', undefined],
  ])('%s is %s', (name, format) => expect(formatOfName(name)).toBe(format));
});

const REAL: [name: string, format: RowFormat, rows: number, columns: string[]][] = [
  ['sentiment-sentences/sentences.tsv', 'tsv', 3000, ['source', 'text', 'label']],
  ['zh-review-sentiment/reviews.tsv.gz', 'tsv', 8000, ['label', 'text']],
  ['classic-timeseries/sunspots_yearly.csv', 'csv', 309, ['YEAR', 'SUNACTIVITY']],
  ['stock-sentiment/stock_sentiment.csv', 'csv', 500, ['ticker', 'text', 'sentiment']],
];

describe('real files (skipped without TRAINYARD_DATASETS)', () => {
  for (const [name, format, rows, columns] of REAL) {
    const path = join(process.env.TRAINYARD_DATASETS ?? '', name);
    it.skipIf(!existsSync(path))(name, () => {
      const bytes = readFileSync(path);
      const profile = profileBytes(bytes, format);
      expect(profile.columns.map((column) => column.name).sort()).toEqual([...columns].sort());
      expect(profile.rows).toBe(rows);
      expect(loadDataset(bytes, format, profile).rows).toBe(rows);
    });
  }
});
