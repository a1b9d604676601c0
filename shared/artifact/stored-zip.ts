/**
 * A zip without compression and without time stamps: the same files give the same bytes, and one that differs from what
 * `packStored` makes, even in a byte that no reader looks at, is refused.
 */
import { unzipSync, zipSync } from 'fflate';

/** fflate writes local time, so this is 1 January 1980 (the format's first day) in every time zone. */
const MTIME = new Date(1980, 0, 1);

export function packStored(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  return zipSync({ ...files }, { level: 0, mtime: MTIME }) as Uint8Array<ArrayBuffer>;
}

/** Throws an Error that says what is wrong. `names`: the files it must hold, in order, and no others. */
export function unpackStored<N extends string>(
  bytes: Uint8Array,
  names: readonly N[],
): Record<N, Uint8Array> {
  let place = 0;
  const files = unzipSync(bytes, {
    // Stops at the first file that does not belong, however many the zip says it holds.
    filter({ name, compression }) {
      if (name !== names[place])
        throw new Error(`it holds "${name}" where ${names[place] ?? 'its end'} belongs`);
      if (compression !== 0) throw new Error(`${name} is compressed; files must be stored as they are`);
      place += 1;
      return true;
    },
  });
  if (place < names.length) throw new Error(`it ends before ${names[place]}`);
  const canonical = packStored(files);
  if (canonical.length !== bytes.length || canonical.some((byte, i) => byte !== bytes[i])) {
    throw new Error('its bytes were changed after it was made');
  }
  return files as Record<N, Uint8Array>;
}

/** The first file of a zip of which only the beginning is at hand. Throws an Error where that does not hold it. */
export function firstStored(beginning: Uint8Array): Uint8Array {
  const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.length);
  // a local file header: PKWARE's APPNOTE, 4.3.7
  if (beginning.length < 30 || view.getUint32(0, true) !== 0x04034b50) throw new Error('it is no zip');
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const end = start + view.getUint32(18, true);
  if (end > beginning.length) throw new Error('its first file goes on');
  return beginning.subarray(start, end);
}
