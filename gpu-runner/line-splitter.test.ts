import { expect, it } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

it.each<[string, string[], string[]]>([
  ['lines that come in pieces', ['on', 'e\ntw', 'o\r\n', 'three'], ['one', 'two', 'three']],
  ['a bar that is drawn over and over', ['10%\r20', '%\r30%\n'], ['10%', '20%', '30%']],
  ['an end of line in two pieces', ['one\r', '\ntwo\n'], ['one', 'two']],
  ['empty lines', ['one\n\n\ntwo\n'], ['one', 'two']],
  ['a long line', ['x'.repeat(4001)], ['x'.repeat(4000), 'x']],
  ['a long line with an end', [`${'x'.repeat(8000)}\ny`], ['x'.repeat(4000), 'x'.repeat(4000), 'y']],
])('hears %s', (_, chunks, lines) => {
  const said: string[] = [];
  const splitter = createLineSplitter((line) => said.push(line));
  for (const chunk of chunks) splitter.add(chunk);
  splitter.end();
  expect(said).toEqual(lines);
});
