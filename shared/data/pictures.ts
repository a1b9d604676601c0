/**
 * The zip of a `pictures` dataset, read as a stream: a folder per label with PNG and JPEG files, or IDX pairs (MNIST's
 * format, gzip or not; several pairs make one dataset). What it may inflate to is capped.
 */
import { Unzip, type UnzipFile, UnzipInflate } from 'fflate';
import { AppError, messageOf } from '../errors.ts';
import { decodeImage, type ImageSize, readImageSize } from './decode-image.ts';
import { createIdxPairs } from './idx.ts';
import { collect } from './inflate.ts';
import { roleOf } from './picture-paths.ts';
import type { Image } from './table.ts';

export interface Picture {
  /** File in the zip, for messages. */
  path: string;
  label: string;
  size: ImageSize;
  decode(): Image;
}

const SLICE = 1 << 16; // bytes; what one slice may inflate to stays within 64 MiB

export function createPictureReader(onPicture: (picture: Picture) => void): {
  push(chunk: Uint8Array): void;
  end(): void;
} {
  const pairs = createIdxPairs();
  const budget = { left: 1 << 30 }; // bytes inflated, of all files
  const open = new Set<string>();
  let pictures = 0;
  let begun = false;

  const take = (picture: Picture): void => {
    pictures += 1;
    onPicture(picture);
  };

  function onFile(file: UnzipFile): void {
    const role = roleOf(file.name);
    if (role === null) return;
    open.add(file.name);
    collect(file, budget, (bytes) => {
      open.delete(file.name);
      if (role.type === 'picture') {
        const within = <T>(read: (bytes: Uint8Array) => T): T => naming(file.name, () => read(bytes));
        const size = within(readImageSize);
        take({ path: file.name, label: role.label, size, decode: () => within(decodeImage) });
      } else {
        naming(file.name, () => pairs.add(role, file.name, bytes, budget));
      }
    });
    file.start();
  }

  const unzip = new Unzip(onFile);
  unzip.register(UnzipInflate);

  function feed(bytes: Uint8Array, final: boolean): void {
    try {
      unzip.push(bytes, final);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError('invalid_data', `the zip file is damaged or cut short: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  return {
    push(chunk) {
      if (!begun && chunk.length > 0 && chunk[0] !== 0x50) {
        throw new AppError('invalid_data', 'the file is not a zip of pictures');
      }
      begun ||= chunk.length > 0;
      for (let at = 0; at < chunk.length; at += SLICE) feed(chunk.subarray(at, at + SLICE), false);
    },
    end() {
      if (!begun) throw new AppError('invalid_data', 'the file is empty; expected a zip of pictures');
      feed(new Uint8Array(0), true);
      const [unfinished] = open;
      if (unfinished !== undefined) {
        throw new AppError('invalid_data', `the zip file is cut short: it ends inside "${unfinished}"`);
      }
      pairs.read(take);
      if (pictures === 0) {
        throw new AppError(
          'invalid_data',
          'the zip has no pictures; expected a folder per label with PNG or JPEG files, or IDX files',
        );
      }
    },
  };
}

/** Puts the file's name before what went wrong in it. */
function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `"${path}": ${error.message}`, { details: { path }, cause: error });
  }
}
