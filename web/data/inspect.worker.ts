/**
 * Looks at files before they are uploaded, off the page's thread: what they are, whether they parse, their profile and
 * sha256. Several pictures or sounds become one zip.
 */

import { formatOfName } from '../../shared/data/format-of-name.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { isPartByName } from '../../shared/data/path-role.ts';
import { profileDataset } from '../../shared/data/profile-dataset.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { type DatasetFormat, formatOfProfile } from '../../shared/schema/dataset.ts';
import { createSha256 } from '../../shared/sha256.ts';
import type { PickedFile } from '../ui/drop-zone.tsx';
import type { Inspection, InspectReply } from './inspect.ts';

self.onmessage = async ({ data }: MessageEvent<PickedFile[]>) => {
  const reply: InspectReply = await inspect(data).then(
    (inspection) => ({ inspection }),
    (error) => ({ error: messageOf(error) }),
  );
  self.postMessage(reply);
};

async function inspect(files: PickedFile[]): Promise<Inspection> {
  const { blob, format } = await datasetOf(files);
  const profile = await profileDataset(blob.stream(), format);
  const hash = createSha256();
  for await (const chunk of chunksOf(blob)) hash.update(chunk);
  return { blob, format: formatOfProfile(format, profile), profile, sha256: hash.hex() };
}

async function datasetOf(files: PickedFile[]): Promise<{ blob: Blob; format: DatasetFormat }> {
  const [first] = files;
  if (files.length === 1 && first) {
    const format = formatOfName(first.path);
    if (format) return { blob: first.file, format };
  }
  const examples = files.filter(({ path }) => isPartByName(path));
  if (!examples.some(({ path }) => /\.(png|jpe?g|wav)$|-ubyte(\.gz)?$/i.test(path))) {
    const named = first ? ` "${first.path}"` : '';
    throw new AppError(
      'unsupported',
      `${named ? `${named} is` : 'These are'} neither a table (CSV, TSV, JSON), a zip, nor PNG or JPEG pictures, nor WAV files.`.trim(),
    );
  }
  const read = await Promise.all(
    examples.map(async ({ path, file }) => ({ path, bytes: new Uint8Array(await file.arrayBuffer()) })),
  );
  return {
    blob: new Blob([packZip(read) as Uint8Array<ArrayBuffer>], { type: 'application/zip' }),
    format: 'pictures',
  };
}

async function* chunksOf(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
