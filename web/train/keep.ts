/**
 * What a training in this tab keeps on the machine, in the browser's own file system (OPFS): its job and its last checkpoint, so that a
 * tab that was closed or killed goes on where it was, its curves without a gap. Files are replaced as a whole or not at all. Where there is no such file
 * system, or no room, nothing is kept here and every checkpoint goes to the server.
 */
import * as z from 'zod';
import { JobAssignment } from '../../shared/api/routes/jobs.ts';
import { MetricPoint } from '../../shared/schema/metric.ts';

export interface Keep {
  /** Null where none is kept, or what is cannot be read. */
  readJob(): Promise<JobAssignment | null>;
  writeJob(job: JobAssignment): Promise<void>;
  readCheckpoint(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Of steps before the checkpoint, those that the server may lack. */
  readPoints(): Promise<MetricPoint[]>;
  /** Rejects where the disk is full. */
  writeCheckpoint(bytes: Uint8Array<ArrayBuffer>, unsent: readonly MetricPoint[]): Promise<void>;
  /** Forgets the run. */
  remove(): Promise<void>;
}

/** Runs that something is kept of. */
export async function keptRuns(): Promise<{ run: string; remove(): Promise<void> }[]> {
  try {
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle(FOLDER);
    const runs: string[] = [];
    for await (const name of all.keys()) runs.push(name);
    return runs.map((run) => ({ run, remove: () => removeFrom(all, run) }));
  } catch {
    return [];
  }
}

const removeFrom = (all: FileSystemDirectoryHandle, run: string): Promise<void> =>
  all.removeEntry(run, { recursive: true }).catch(() => {});

const FOLDER = 'trainings';
const JOB = 'job.json';
const CHECKPOINT = 'checkpoint';
const POINTS = 'points.json';

/** Of one run; null where the browser has no such file system. */
export async function openKeep(run: string): Promise<Keep | null> {
  try {
    const root = await navigator.storage.getDirectory();
    const all = await root.getDirectoryHandle(FOLDER, { create: true });
    const folder = await all.getDirectoryHandle(run, { create: true });
    return keepIn(all, folder);
  } catch {
    return null;
  }
}

function keepIn(all: FileSystemDirectoryHandle, folder: FileSystemDirectoryHandle): Keep {
  const read = async (name: string): Promise<File | null> => {
    try {
      return await (await folder.getFileHandle(name)).getFile();
    } catch {
      return null;
    }
  };
  const write = async (name: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> => {
    const handle = await folder.getFileHandle(name, { create: true });
    // it writes beside the file, and takes its place when closed
    const stream = await handle.createWritable();
    try {
      await stream.write(content);
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => {});
      throw error;
    }
  };
  const readJson = async <T>(name: string, schema: z.ZodType<T>): Promise<T | null> => {
    const file = await read(name);
    if (!file) return null;
    try {
      return schema.parse(JSON.parse(await file.text()));
    } catch {
      return null;
    }
  };
  return {
    readJob: () => readJson(JOB, JobAssignment),
    writeJob: (job) => write(JOB, JSON.stringify(job)),
    async readCheckpoint() {
      const file = await read(CHECKPOINT);
      return file && new Uint8Array(await file.arrayBuffer());
    },
    readPoints: async () => (await readJson(POINTS, z.array(MetricPoint))) ?? [],
    async writeCheckpoint(bytes, unsent) {
      // first: points that are of no checkpoint yet do no harm, and one without them has a gap before it
      await write(POINTS, JSON.stringify(unsent));
      await write(CHECKPOINT, bytes);
    },
    remove: () => removeFrom(all, folder.name),
  };
}
