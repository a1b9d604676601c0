/** Profiles a dataset while its bytes stream by: CSV in constant memory, pictures one file at a time. */
import type { DatasetFormat, DatasetProfile } from '../schema/dataset.ts';
import { createProfiler } from './column-profiler.ts';
import { createCsvReader } from './csv.ts';
import { createPictureProfiler } from './picture-profiler.ts';
import { createPictureReader } from './pictures.ts';

/** Throws AppError `invalid_data` saying what is wrong with the file and where. */
export async function profileDataset(
  stream: ReadableStream<Uint8Array>,
  format: DatasetFormat,
): Promise<DatasetProfile> {
  const reading = startProfile(format);
  const chunks = stream.getReader();
  try {
    for (let next = await chunks.read(); !next.done; next = await chunks.read()) reading.push(next.value);
    return reading.end();
  } catch (error) {
    await chunks.cancel(error).catch(() => {});
    throw error;
  }
}

/** The same for bytes at hand. */
export function profileBytes(bytes: Uint8Array, format: DatasetFormat): DatasetProfile {
  const reading = startProfile(format);
  reading.push(bytes);
  return reading.end();
}

function startProfile(format: DatasetFormat): { push(chunk: Uint8Array): void; end(): DatasetProfile } {
  const profiler = format === 'csv' ? createProfiler() : createPictureProfiler();
  const reader = 'row' in profiler ? createCsvReader(profiler) : createPictureReader(profiler.picture);
  return {
    push: reader.push,
    end() {
      reader.end();
      return profiler.finish();
    },
  };
}
