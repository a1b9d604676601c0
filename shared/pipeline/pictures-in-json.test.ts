/** Against JSON's own parser with `imageFromArrays` behind it: the same value, or null. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../graph/random.ts';
import { imageFromArrays } from './image-from-arrays.ts';
import { parsePictures } from './pictures-in-json.ts';

const quick = (text: string, names = ['image']) =>
  parsePictures(new TextEncoder().encode(text), names, JSON.parse) as {
    instances: Record<string, unknown>[];
  };
function slow(text: string, names = ['image']) {
  const body = JSON.parse(text) as { instances: Record<string, unknown>[] };
  for (const instance of body.instances)
    for (const name of names)
      if (Array.isArray(instance[name])) instance[name] = imageFromArrays(instance[name]);
  return body;
}

const random = createRandom(5);
const below = (n: number) => Math.floor(n * random());
function picture(): unknown[][] {
  const [height, width, kind] = [1 + below(5), 1 + below(5), below(3)];
  const pixel = () =>
    kind === 0 ? below(256) : Array.from({ length: kind === 1 ? 1 : 3 }, () => below(256));
  return Array.from({ length: height }, () => Array.from({ length: width }, pixel));
}

describe('read as by JSON itself', () => {
  it.each([undefined, 1, '\t'])('pictures of every shape, blanks %o', (blanks) => {
    for (let i = 0; i < 200; i++) {
      const instances = Array.from({ length: 1 + below(3) }, () => ({
        ...(below(2) && { note: 'a "picture": [1, {2}] \\ \u{1F600}' }),
        ...(below(4) && { image: picture() }),
        ...(below(2) && { 'naïve ✓': picture(), size: -1.5e3, list: [[1], [2]] }),
      }));
      const text = JSON.stringify({ before: { image: [[1]] }, instances, explain: false }, null, blanks);
      const names = ['image', 'naïve ✓'];
      const read = quick(text, names);
      const has = instances.some((one) => 'image' in one || 'naïve ✓' in one);
      if (has) expect(read).toEqual(slow(text, names));
      else expect(read).toBeNull();
    }
  });
});

it.each([
  ['a fraction', '[[1.5]]'],
  ['an exponent', '[[1e2]]'],
  ['more than a byte', '[[256]]'],
  ['much more', '[[2550]]'],
  ['a negative number', '[[-1]]'],
  ['a leading zero', '[[01]]'],
  ['rows of two lengths', '[[1,2],[3]]'],
  ['pixels of two lengths', '[[[1,2,3],[1]]]'],
  ['two channels', '[[[1,2],[3,4]]]'],
  ['numbers among lists', '[[[1,2,3],4,5,6]]'],
  ['lists among numbers', '[[1,[2,3,4]]]'],
  ['one list', '[1,2]'],
  ['four deep', '[[[[1]]]]'],
  ['nothing', '[]'],
  ['no pixel', '[[]]'],
  ['a text', '[["1"]]'],
  ['a comma too many', '[[1,]]'],
  ['a comma before', '[[,1]]'],
  ['no comma', '[[1 2]]'],
  ['null', '[[null]]'],
  ['an end too early', '[[1,2'],
])('is left to others: %s', (_, image) => {
  expect(quick(`{"instances":[{"image":${image}}]}`)).toBeNull();
});

it('is left to others: bodies that are something else', () => {
  for (const text of [
    '',
    '[]',
    '{"instances":{"image":[[1]]}}',
    '{"image":[[1]]}',
    '[[{"image":[[1]]}]]',
    '{"a":[{"image":[[1]]}],"instances":[5]}',
  ])
    expect(quick(text)).toBeNull();
  expect(quick('{"instances":[{"image":[[1]],"image":[[2]]}]}')).toBeNull(); // JSON takes the last
});

it('refuses what is no JSON around the picture, as its parser does', () => {
  expect(() => quick('{"instances":[{"image":[[1]]}')).toThrow(SyntaxError);
  expect(() => quick('{"instances":[{"image":[[1]],}]}')).toThrow(SyntaxError);
});
