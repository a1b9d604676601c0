/**
 * A data set as text that can be read from any place: as it is; for gzip and for one array of JSON a copy that is unpacked; and for a zip of
 * pictures or sounds a list, as JSON lines, of where each lies in it.
 */
import { createGunzip, isGzip } from '../../shared/data/inflate.ts';
import { joinBytes } from '../../shared/data/join-bytes.ts';
import { roleOf } from '../../shared/data/path-role.ts';
import { directoryPlace, readDirectory, ZIP_TAIL } from '../../shared/data/zip-entries.ts';
import { AppError } from '../../shared/errors.ts';
import { isRowFormat } from '../../shared/schema/dataset.ts';
import { blobKey } from '../store/blob-key.ts';
import { getBlob } from '../store/blobs.ts';
import { jobFolder, type PredictionJob } from '../store/prediction-jobs.ts';

/** An array is read as a whole, bytes. */
const ARRAY_BYTES = 16 << 20;
/** Unpacked bytes in all, as everywhere (shared/data/row-reader.ts). */
const UNPACKED_BYTES = 2 ** 30;
/** Of a gzip file at a time, bytes: they may become a thousand times as many. */
const SLICE = 1 << 13;
/** R2 wants parts of an upload to be of one size, above 5 MiB. */
const PART_BYTES = 8 << 20;

interface Source {
  key: string;
  size: number;
}

export async function plainSource(blobs: R2Bucket, { workspace, id, batch }: PredictionJob): Promise<Source> {
  const { sha256, format } = batch!.dataset;
  const folder = jobFolder(workspace, id);
  let source: Source = { key: blobKey(workspace, sha256), size: 0 };
  let start = await readStart(blobs, source.key);
  if (!isRowFormat(format)) return listExamples(blobs, { ...source, size: start.size }, `${folder}lines`);
  if (isGzip(start.bytes)) {
    source.key = await unpack(blobs, source.key, `${folder}rows`);
    start = await readStart(blobs, source.key);
  }
  source = { ...source, size: start.size };
  const isArray = format === 'json' && new TextDecoder().decode(start.bytes).trimStart().startsWith('[');
  return isArray ? arrayToLines(blobs, source, `${folder}lines`) : source;
}

async function readStart(blobs: R2Bucket, key: string): Promise<{ bytes: Uint8Array; size: number }> {
  const object = await blobs.get(key, { range: { offset: 0, length: 1024 } });
  if (!object) throw new AppError('not_found', 'the data set is no longer in the store');
  return { bytes: new Uint8Array(await object.arrayBuffer()), size: object.size };
}

async function listExamples(blobs: R2Bucket, { key, size }: Source, to: string): Promise<Source> {
  const read = async (range: R2Range) => {
    const object = await blobs.get(key, { range });
    return new Uint8Array(await object!.arrayBuffer());
  };
  const place = directoryPlace(await read({ suffix: Math.min(ZIP_TAIL, size) }));
  const entries = readDirectory(await read({ offset: place.at, length: place.length }), place.at);
  const lines = entries.flatMap((entry) => {
    const role = roleOf(entry.path);
    if (role?.type !== 'picture' && role?.type !== 'sound') return [];
    const { path, at, length, packed, size, method } = entry;
    return `${JSON.stringify({ path, label: role.label, at, length, packed, size, method })}\n`;
  });
  if (lines.length === 0)
    throw new AppError(
      'invalid_data',
      'the data set has no PNG, JPEG or WAV files (IDX files are not predicted)',
    );
  return textSource(blobs, to, lines.join(''));
}

async function textSource(blobs: R2Bucket, key: string, text: string): Promise<Source> {
  const object = await blobs.put(key, text);
  return { key, size: object!.size };
}

async function unpack(blobs: R2Bucket, from: string, to: string): Promise<string> {
  const upload = await blobs.createMultipartUpload(to);
  const parts: R2UploadedPart[] = [];
  let pieces: Uint8Array[] = [];
  let size = 0;
  const send = async (most: number) => {
    const all = joinBytes(pieces);
    parts.push(await upload.uploadPart(parts.length + 1, all.subarray(0, most)));
    pieces = [all.slice(most)];
    size -= Math.min(most, all.length);
  };
  const gunzip = createGunzip(
    {
      push: (piece) => {
        pieces.push(piece.slice());
        size += piece.length;
      },
      end: () => {},
    },
    { left: UNPACKED_BYTES },
  );
  const { body } = await getBlob(blobs, from);
  for await (const chunk of body as ReadableStream<Uint8Array>) {
    for (let at = 0; at < chunk.length; at += SLICE) {
      gunzip.push(chunk.subarray(at, at + SLICE));
      while (size >= PART_BYTES) await send(PART_BYTES);
    }
  }
  gunzip.end();
  while (size > 0) await send(PART_BYTES);
  await upload.complete(parts);
  return to;
}

async function arrayToLines(blobs: R2Bucket, { key, size }: Source, to: string): Promise<Source> {
  if (size > ARRAY_BYTES)
    throw new AppError(
      'invalid_data',
      `the data set is one JSON array of ${size} bytes; expected at most ${ARRAY_BYTES}, or an object on each line`,
    );
  const rows = await (await getBlob(blobs, key)).json<unknown[]>();
  const lines = rows.map((row) => JSON.stringify(row));
  return textSource(blobs, to, `${lines.join('\n')}\n`);
}
