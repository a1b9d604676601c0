/**
 * One pass over an upload, in constant memory: each chunk goes to R2 and to the profiler before the next is read. Bytes
 * that are refused, for their hash or for what they hold, leave no object and no row.
 */
import { profileDataset } from '../../shared/data/profile-dataset.ts';
import { AppError } from '../../shared/errors.ts';
import { type DatasetFormat, type DatasetVersion, formatOfProfile } from '../../shared/schema/dataset.ts';
import { blobKey } from './blob-key.ts';
import { deleteUnusedBlob, putBlob } from './blobs.ts';
import { addDatasetVersion } from './datasets.ts';
import type { Db } from './db.ts';
import { findProject } from './projects.ts';

export interface Upload {
  project: string;
  name: string;
  format: DatasetFormat;
  /** Promised by the sender; R2 checks it. */
  sha256: string;
  /** Bytes, from Content-Length. */
  size: number;
  body: ReadableStream<Uint8Array>;
}

export async function receiveDataset(
  db: Db,
  blobs: R2Bucket,
  workspace: string,
  { project: projectName, name, format, sha256, size, body }: Upload,
): Promise<DatasetVersion> {
  const project = await findProject(db, workspace, projectName);
  const toStore = new FixedLengthStream(size);
  const toProfile = new TransformStream<Uint8Array, Uint8Array>();
  try {
    const [profiled, stored, sent] = await Promise.allSettled([
      profileDataset(toProfile.readable, format),
      putBlob(blobs, blobKey(workspace, sha256), toStore.readable, sha256),
      copyToBoth(body, toStore.writable, toProfile.writable),
    ]);
    // What is wrong with the data says more than the stream errors that follow from it.
    if (profiled.status === 'rejected' && profiled.reason instanceof AppError) throw profiled.reason;
    for (const part of [stored, sent, profiled]) if (part.status === 'rejected') throw part.reason;
    const profile = (profiled as PromiseFulfilledResult<Awaited<ReturnType<typeof profileDataset>>>).value;
    const found = { format: formatOfProfile(format, profile), sha256, size, profile };
    return await addDatasetVersion(db, workspace, project, name, found);
  } catch (error) {
    await deleteUnusedBlob(db, blobs, workspace, sha256);
    throw error;
  }
}

/** Ends, or fails, both sinks. A body that one of them refuses is read to its end, so that the sender hears why. */
async function copyToBoth(
  body: ReadableStream<Uint8Array>,
  ...sinks: [WritableStream<Uint8Array>, WritableStream<Uint8Array>]
): Promise<void> {
  const reader = body.getReader();
  const writers = sinks.map((sink) => sink.getWriter());
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const { value } = part;
      await Promise.all(writers.map((writer) => writer.write(value)));
    }
    await Promise.all(writers.map((writer) => writer.close()));
  } catch (error) {
    await Promise.allSettled(writers.map((writer) => writer.abort(error)));
    while (!(await reader.read()).done);
    throw error;
  }
}
