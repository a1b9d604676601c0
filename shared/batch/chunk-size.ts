/** How many bytes of a table are predicted at a time: enough that what each chunk costs beside is little, and so few that all of it fits into memory. */

export const FIRST_CHUNK_BYTES = 4 << 10;
const BYTES = { least: 1 << 10, most: 1 << 20 };
const ROWS_MOST = 10_000;
/** Of the output, bytes: rows may be short, and their answers long. */
const WRITTEN_MOST = 4 << 20;
/** Chunks grow while they take less time, and shrink above. */
const MS = { least: 400, most: 1600 };

/** After a chunk of so many bytes, which took `ms`, had `rows`, and became `written` bytes of output. */
export function nextChunkBytes(
  bytes: number,
  { ms, rows, written }: { ms: number; rows: number; written: number },
): number {
  const inTime = ms < MS.least ? 2 * bytes : ms > MS.most ? bytes / 2 : bytes;
  const inMemory = Math.min((bytes * ROWS_MOST) / rows, (bytes * WRITTEN_MOST) / written);
  return Math.floor(Math.max(BYTES.least, Math.min(inTime, inMemory, BYTES.most)));
}
