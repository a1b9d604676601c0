/** What supervisor and child of a batch prediction say to each other over IPC. */
import type { BatchAssignment } from '../../shared/api/routes/batches.ts';
import type { JobError } from '../../shared/schema/prediction-job.ts';

export interface BatchOrder {
  assignment: BatchAssignment;
  server: { baseUrl: string; token: string | undefined };
  /** File with the data set's bytes, where it is a zip. */
  zipPath: string | null;
}

export type ToBatch = { type: 'start'; order: BatchOrder } | { type: 'stop' };

export type BatchEnding =
  | { type: 'done' | 'stopped' | 'lost' }
  | { type: 'failed'; error: Pick<JobError, 'code' | 'message'> };
