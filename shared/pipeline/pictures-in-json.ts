/**
 * Pictures in a body of JSON, `{"instances":[{"image":[[[0,255,3],…],…]}]}`, read from its bytes straight into pixels: JSON's parser would
 * make an object of every pixel, and takes longer than most models. All else is left to it.
 */
import type { Image } from '../data/table.ts';

const SIDE_LIMIT = 4096;
const [BLANK, QUOTE, BACKSLASH, COLON, COMMA, ZERO, NINE] = [32, 34, 92, 58, 44, 48, 57];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
/** How deep a field of an instance is: within the body, the list and the instance. */
const DEPTH = 3;

interface Found {
  instance: number;
  name: string;
  image: Image;
}

/**
 * The body's value, with pictures under the fields `names` as pixels. Null, for JSON's own parser to read or refuse, where `bytes` are no
 * such body, a field's value is not nested arrays of whole numbers 0–255, or nothing of the kind is there. Throws SyntaxError for what is
 * not JSON around them.
 */
export function parsePictures(
  bytes: Uint8Array,
  names: readonly string[],
  parse: (text: string) => unknown,
): unknown {
  const decoder = new TextDecoder();
  const keys = new Set(names);
  const found: Found[] = [];
  let text = '';
  let kept = 0; // bytes that are in `text`
  let depth = 0;
  let instance = -1;
  let key = '';
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE: {
        const from = at + 1;
        at = endOfString(bytes, from);
        if (depth === DEPTH) key = decoder.decode(bytes.subarray(from, at));
        break;
      }
      case OPEN_OBJECT:
        if (++depth === DEPTH) instance++;
        break;
      case OPEN_LIST:
        depth++;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        depth--;
        break;
      case COLON: {
        if (depth !== DEPTH || !keys.has(key)) break;
        const from = skipBlanks(bytes, at + 1);
        if (bytes[from] !== OPEN_LIST) break;
        const read = readPixels(bytes, from);
        if (!read || found.some((one) => one.instance === instance && one.name === key)) return null;
        found.push({ instance, name: key, image: read.image });
        text += `${decoder.decode(bytes.subarray(kept, from))}null`;
        kept = read.end;
        at = kept - 1;
      }
    }
  }
  if (found.length === 0) return null;
  const body = parse(text + decoder.decode(bytes.subarray(kept)));
  const instances = (body as { instances?: unknown } | null)?.instances;
  if (!Array.isArray(instances) || instances.length !== instance + 1 || !instances.every(isObject))
    return null;
  for (const { instance, name, image } of found) instances[instance][name] = image;
  return body;
}

/** [height][width] or [height][width][channels], from the bracket at `start` on; `end`: the byte behind it. */
function readPixels(bytes: Uint8Array, start: number): { image: Image; end: number } | null {
  const data = new Uint8Array((bytes.length - start) >> 1); // a number and what stands behind it take two bytes at least
  let size = 0;
  let depth = 1;
  let height = 0;
  let width = 0; // of the first row, numbers
  let channels = 0; // of the first pixel, where pixels are lists
  let rowStart = 0;
  let pixelStart = 0;
  let at = start + 1;
  for (;;) {
    // a value is expected: a list or a number
    let byte = bytes[at]!;
    if (byte <= BLANK) {
      at = skipBlanks(bytes, at);
      byte = bytes[at]!;
    }
    if (byte === OPEN_LIST) {
      if (++depth > 3) return null;
      if (depth === 2) rowStart = size;
      else if (channels === 0 && size > 0)
        return null; // pixels so far were numbers
      else pixelStart = size;
      at++;
      continue;
    }
    let value = byte - ZERO;
    if (!(value >= 0 && value <= 9) || depth === 1 || (depth === 2 && channels > 0)) return null;
    byte = bytes[++at]!;
    while (byte >= ZERO && byte <= NINE) {
      if (value === 0 || value > 25) return null; // 01 is no number, and 260 no byte
      value = 10 * value + byte - ZERO;
      byte = bytes[++at]!;
    }
    if (value > 255) return null;
    data[size++] = value;
    // behind it, lists may end
    for (;;) {
      if (byte <= BLANK) {
        at = skipBlanks(bytes, at);
        byte = bytes[at]!;
      }
      if (byte !== CLOSE_LIST) break;
      if (depth === 3) {
        channels ||= size - pixelStart;
        if (size - pixelStart !== channels) return null;
      } else if (depth === 2) {
        width ||= size - rowStart;
        if (size - rowStart !== width) return null;
        height++;
      }
      byte = bytes[++at]!;
      if (--depth === 0) return asImage({ height, width, channels, data, size }, at);
    }
    if (byte !== COMMA) return null;
    at++;
  }
}

interface Pixels {
  height: number;
  /** Of a row, numbers. */
  width: number;
  channels: number;
  data: Uint8Array;
  size: number;
}

function asImage({ height, width, channels, data, size }: Pixels, end: number) {
  const each = channels || 1;
  if ((each !== 1 && each !== 3) || size !== height * width) return null;
  if (height > SIDE_LIMIT || width / each > SIDE_LIMIT) return null;
  return { image: { height, width: width / each, channels: each as 1 | 3, data: data.slice(0, size) }, end };
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

function skipBlanks(bytes: Uint8Array, at: number): number {
  while (bytes[at] === 32 || bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 9) at++;
  return at;
}

/** Where the quote is that ends the string, or where the bytes end. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
