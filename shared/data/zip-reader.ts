/**
 * The zip of a `pictures` or `sounds` dataset, read as a stream: a folder per label with PNG and JPEG or with WAV files, IDX pairs
 * (MNIST's format, gzip or not; several pairs make one dataset), or pictures anywhere with files that tell of boxes in them. What it
 * may inflate to is capped.
 */
import { Unzip, type UnzipFile, UnzipInflate } from 'fflate';
import { AppError, messageOf } from '../errors.ts';
import { createAnnotations } from './boxes/annotations.ts';
import { decodeImage, type ImageSize, readImageSize } from './decode-image.ts';
import { decodeWav, readSoundSize, type SoundSize } from './decode-wav.ts';
import { createIdxPairs } from './idx.ts';
import { collect } from './inflate.ts';
import { inNoFolder, roleOf } from './path-role.ts';
import type { Image, LabelledBox, Sound } from './table.ts';

interface Labelled {
  /** File in the zip. */
  path: string;
  label: string;
}
/** Its label is null where it lies in no folder, and then there are boxes. */
export type Picture = Omit<Labelled, 'label'> & {
  label: string | null;
  type: 'picture';
  size: ImageSize;
  decode(): Image;
  /** The PNG or JPEG file; absent for a picture of an IDX file. */
  file?: Uint8Array;
};
export type Recording = Labelled & { type: 'sound'; size: SoundSize; decode(): Sound };
export type Example = Picture | Recording;

/** What a zip or a folder of examples must hold, for messages. */
export const EXPECTED_EXAMPLES =
  'expected a folder per label with PNG or JPEG or with WAV files, IDX files, or pictures with their boxes (COCO, Pascal VOC, YOLO)';

const SLICE = 1 << 16; // bytes; what one slice may inflate to stays within 64 MiB

export interface ZipReader {
  push(chunk: Uint8Array): void;
  end(): void;
  /** Of each picture by its path, as far as was read; null where nothing tells of boxes. Throws AppError `invalid_data`. */
  boxes(): ReadonlyMap<string, LabelledBox[]> | null;
}

/** All examples of a zip are of one type. */
export function createZipReader(onExample: (example: Example) => void): ZipReader {
  const annotations = createAnnotations();
  const pictures = new Map<string, ImageSize>();
  let unlabelled: string | undefined;
  const pairs = createIdxPairs();
  const budget = { left: 1 << 30 }; // bytes inflated, of all files
  const open = new Set<string>();
  let first: Example | undefined;
  let begun = false;

  const take = (example: Example): void => {
    first ??= example;
    if (first.type !== example.type) {
      throw new AppError(
        'invalid_data',
        `the zip has both pictures and sounds, "${first.path}" and "${example.path}"; make two datasets of them`,
      );
    }
    onExample(example);
  };

  function onFile(file: UnzipFile): void {
    const role = roleOf(file.name);
    if (role === null) return;
    open.add(file.name);
    collect(file, budget, (bytes) => {
      open.delete(file.name);
      const path = file.name;
      const within = <T>(read: (bytes: Uint8Array) => T): T => naming(path, () => read(bytes));
      if (role.type === 'picture') {
        const { type, label } = role;
        const size = within(readImageSize);
        if (label === null) unlabelled ??= path;
        pictures.set(path, size);
        take({ type, path, label, size, decode: () => within(decodeImage), file: bytes });
      } else if (role.type === 'sound') {
        const { type, label } = role;
        take({ type, path, label, size: within(readSoundSize), decode: () => within(decodeWav) });
      } else if (role.type === 'annotations') {
        annotations.add(role.format, path, bytes);
      } else {
        within((bytes) => pairs.add(role, path, bytes, budget));
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

  const boxes = () => (pictures.size > 0 ? annotations.resolve(pictures) : null);

  return {
    push(chunk) {
      if (!begun && chunk.length > 0 && chunk[0] !== 0x50) {
        throw new AppError('invalid_data', 'the file is not a zip of pictures or sounds');
      }
      begun ||= chunk.length > 0;
      for (let at = 0; at < chunk.length; at += SLICE) feed(chunk.subarray(at, at + SLICE), false);
    },
    end() {
      if (!begun)
        throw new AppError('invalid_data', 'the file is empty; expected a zip of pictures or sounds');
      feed(new Uint8Array(0), true);
      const [unfinished] = open;
      if (unfinished !== undefined) {
        throw new AppError('invalid_data', `the zip file is cut short: it ends inside "${unfinished}"`);
      }
      pairs.read(take);
      if (!first)
        throw new AppError('invalid_data', `the zip has no pictures or sounds; ${EXPECTED_EXAMPLES}`);
      if (unlabelled !== undefined && boxes() === null)
        throw inNoFolder(unlabelled, 'put each picture', ', or add a file that says what is where in them');
    },
    boxes,
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
