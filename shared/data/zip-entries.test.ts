import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { directoryPlace, openEntry, readDirectory, ZIP_TAIL } from './zip-entries.ts';

const text = (value: string) => new TextEncoder().encode(value);

test('each file of a zip is found by itself, packed or not', () => {
  const files = { 'a/1.txt': text('first'), 'ü.txt': text('second '.repeat(500)), empty: text('') };
  const zip = zipSync(
    {
      'a/1.txt': [files['a/1.txt'], { level: 0 }],
      'ü.txt': [files['ü.txt'], { level: 9 }],
      empty: files.empty,
    },
    { comment: 'PK\x05\x06 is how its end begins' },
  );
  const { at, length } = directoryPlace(zip.subarray(-ZIP_TAIL));
  const entries = readDirectory(zip.subarray(at, at + length), at);
  expect(entries.map(({ path, method }) => [path, method])).toEqual([
    ['a/1.txt', 0],
    ['ü.txt', 8],
    ['empty', 8],
  ]);
  expect(entries.map(({ at, length }) => at + length)).toEqual([entries[1]!.at, entries[2]!.at, at]);
  for (const entry of entries)
    expect(openEntry(zip.subarray(entry.at, entry.at + entry.length), entry)).toEqual(
      files[entry.path as keyof typeof files],
    );
  expect(() => openEntry(zip.subarray(7, 90), entries[0]!)).toThrow(/has no "a\/1.txt" where it says/);
});

test('what has no directory is refused', () => {
  expect(() => directoryPlace(text('nothing of a zip, but long enough'))).toThrow(/no directory/);
  expect(() => directoryPlace(text('short'))).toThrow(/no directory/);
});
