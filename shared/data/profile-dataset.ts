/** Profiles a dataset while its bytes stream by: tables in constant memory, zips one file at a time. */
import { type DatasetFormat, type DatasetProfile, isRowFormat } from '../schema/dataset.ts';
import { createProfiler } from './column-profiler.ts';
import { createRowReader } from './row-reader.ts';
import type { RowReader } from './rows.ts';
import { createZipProfiler } from './zip-profiler.ts';
import { createZipReader } from './zip-reader.ts';

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
  if (!isRowFormat(format)) {
    const profiler = createZipProfiler();
    const reader = createZipReader(profiler.example);
    return profiling(reader, () => profiler.finish(reader.boxes()));
  }
  const profiler = createProfiler();
  return profiling(createRowReader(format, profiler), profiler.finish);
}

function profiling({ push, end }: RowReader, finish: () => DatasetProfile) {
  return {
    push,
    end() {
      end();
      return finish();
    },
  };
}
