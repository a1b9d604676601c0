/**
 * Files as a person names them → the one blob a dataset version is made of. A table or zip stays on disk and is read as a
 * stream; a folder of pictures or sounds or a pair of IDX files is packed in memory.
 */
import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import {
  contentTypeOf,
  MAX_DATASET_BYTES,
  putDataset,
  SHA256_HEADER,
} from '../shared/api/routes/datasets.ts';
import { formatOfName } from '../shared/data/format-of-name.ts';
import { packZip } from '../shared/data/pack-zip.ts';
import { isPartByName } from '../shared/data/path-role.ts';
import { profileDataset } from '../shared/data/profile-dataset.ts';
import { EXPECTED_EXAMPLES } from '../shared/data/zip-reader.ts';
import type { DatasetFormat, DatasetProfile, DatasetVersion } from '../shared/schema/dataset.ts';
import { toName } from '../shared/schema/id.ts';
import type { Context } from './context.ts';
import { badUsage } from './failure.ts';
import { formatBytes } from './format.ts';
import { createProgress } from './progress.ts';

export interface DatasetSource {
  /** What the dataset is called unless another name is given. */
  name: string;
  format: DatasetFormat;
  blob: Blob;
}

const IDX = /-(images-idx3|labels-idx1)-ubyte(\.gz)?$/;
const EXAMPLE = /\.(png|jpe?g|wav)$/i;
const isIdx = (path: string) => IDX.test(path);

export async function readSource(paths: readonly string[]): Promise<DatasetSource> {
  const [first] = paths;
  if (first === undefined) throw badUsage('no file given');
  const source = await (paths.every(isIdx)
    ? pack(paths, basename(first).replace(IDX, ''))
    : paths.length > 1
      ? refuseSeveral(paths)
      : (await statOf(first)).isDirectory()
        ? packFolder(first)
        : readOne(first));
  if (source.blob.size > MAX_DATASET_BYTES) {
    throw badUsage(
      `${first} has ${formatBytes(source.blob.size)}: expected at most ${formatBytes(MAX_DATASET_BYTES)}`,
    );
  }
  return source;
}

/** Reads it all once; throws `invalid_data` where the server would. */
export function profileSource({ blob, format }: DatasetSource): Promise<DatasetProfile> {
  return profileDataset(blob.stream(), format);
}

export async function uploadSource(
  context: Context,
  { blob, format }: DatasetSource,
  dataset: string,
): Promise<DatasetVersion> {
  const { client, project } = context;
  const hash = createHash('sha256');
  for await (const chunk of blob.stream()) hash.update(chunk);
  const progress = createProgress();
  let sent = 0;
  const counted = blob.stream().pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        sent += chunk.length;
        progress.show(
          sent / blob.size,
          `uploading ${dataset}`,
          `${formatBytes(sent)} of ${formatBytes(blob.size)}`,
        );
        controller.enqueue(chunk);
      },
    }),
  );
  try {
    return await client.call(putDataset, {
      params: { project, dataset },
      body: counted,
      headers: {
        'content-type': contentTypeOf(format),
        'content-length': String(blob.size),
        [SHA256_HEADER]: hash.digest('hex'),
      },
    });
  } finally {
    progress.clear();
  }
}

function refuseSeveral(paths: readonly string[]): never {
  throw badUsage(
    `${paths.length} files are not one dataset: expected a table (CSV, TSV, JSON), a zip, a folder with one folder of pictures or WAV files per label, or IDX files (*-images-idx3-ubyte with *-labels-idx1-ubyte)`,
  );
}

async function statOf(path: string) {
  const found = await stat(path).catch(() => null);
  if (!found) throw badUsage(`no such file: ${path}`);
  return found;
}

async function readOne(path: string): Promise<DatasetSource> {
  const name = toName(basename(path));
  const isZip = (await readStart(path)).toString('latin1').startsWith('PK\x03\x04');
  const format = isZip ? 'pictures' : (formatOfName(path) ?? 'csv');
  return { name, format, blob: await openAsBlob(path) };
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function packFolder(folder: string): Promise<DatasetSource> {
  const entries = await readdir(folder, { recursive: true });
  const files = entries.filter(isPartByName).sort();
  if (!files.some((entry) => EXAMPLE.test(entry) || isIdx(entry)))
    throw badUsage(`${folder} holds no pictures or sounds: ${EXPECTED_EXAMPLES}`);
  return pack(
    files.map((file) => join(folder, file)),
    toName(basename(join(folder))),
    folder,
  );
}

async function pack(paths: readonly string[], name: string, root?: string): Promise<DatasetSource> {
  const files: { path: string; bytes: Uint8Array }[] = [];
  for (const path of paths) {
    await statOf(path);
    const inside = root === undefined ? basename(path) : relative(root, path).split(sep).join('/');
    files.push({ path: inside, bytes: await readFile(path) });
  }
  return {
    name: toName(name),
    format: 'pictures',
    blob: new Blob([packZip(files) as Uint8Array<ArrayBuffer>]),
  };
}
