/** Where the files of a zip lie, by its central directory: so that single ones can be read without those before them. */
import { inflateSync } from 'fflate';
import { AppError } from '../errors.ts';

export interface ZipEntry {
  path: string;
  /** Of the local header, from the zip's beginning. */
  at: number;
  /** Bytes from there that hold all of it, with what may stand between. */
  length: number;
  /** Of what is packed, and of what comes out of it. */
  packed: number;
  size: number;
  /** 0: as it is; 8: deflate. */
  method: number;
}

/** The last bytes of a zip, of which the directory's place can be told: its record, and the longest comment. */
export const ZIP_TAIL = 22 + 0xffff;

const [END, DIRECTORY, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50];
const UTF8 = 1 << 11;
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const damaged = (why: string) => new AppError('invalid_data', `the zip file ${why}`);

/** Throws AppError `invalid_data`. */
export function directoryPlace(tail: Uint8Array): { at: number; length: number } {
  const view = viewOf(tail);
  for (let i = tail.length - 22; i >= 0; i--) {
    if (view.getUint32(i, true) !== END) continue;
    const [length, at] = [view.getUint32(i + 12, true), view.getUint32(i + 16, true)];
    if (at === 0xffffffff) throw damaged('is larger than 4 GiB (zip64), which is not read');
    return { at, length };
  }
  throw damaged('has no directory at its end');
}

/** In the directory's order. `directoryAt`: where it begins. */
export function readDirectory(bytes: Uint8Array, directoryAt: number): ZipEntry[] {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  for (let i = 0; i + 46 <= bytes.length && view.getUint32(i, true) === DIRECTORY; ) {
    const name = view.getUint16(i + 28, true);
    const text = new TextDecoder(view.getUint16(i + 8, true) & UTF8 ? 'utf-8' : 'latin1');
    entries.push({
      path: text.decode(bytes.subarray(i + 46, i + 46 + name)),
      at: view.getUint32(i + 42, true),
      length: 0,
      packed: view.getUint32(i + 20, true),
      size: view.getUint32(i + 24, true),
      method: view.getUint16(i + 10, true),
    });
    i += 46 + name + view.getUint16(i + 30, true) + view.getUint16(i + 32, true);
  }
  let end = directoryAt;
  for (const entry of [...entries].sort((a, b) => b.at - a.at)) {
    entry.length = end - entry.at;
    end = entry.at;
  }
  return entries;
}

/** `bytes`: the entry's, from its local header. Throws AppError `invalid_data`. */
export function openEntry(
  bytes: Uint8Array,
  { path, packed, size, method }: Pick<ZipEntry, 'path' | 'packed' | 'size' | 'method'>,
): Uint8Array {
  const view = viewOf(bytes);
  if (bytes.length < 30 || view.getUint32(0, true) !== LOCAL) throw damaged(`has no "${path}" where it says`);
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const data = bytes.subarray(start, start + packed);
  return method === 0 ? data : inflateSync(data, { out: new Uint8Array(size) });
}
