/** Events that the edge pushes over `GET /v1/live` (WebSocket, one JSON text message each). */
import * as z from 'zod';
import { Traffic } from './endpoint.ts';
import { idOf, Name } from './id.ts';
import { LogLine } from './job.ts';
import { MetricPoint } from './metric.ts';
import { Run } from './run.ts';
import { Snapshot } from './snapshot.ts';

/**
 * Topics a client may ask for, comma separated in `?topics=`: `runs` (state of all runs), `run:<id>` (its state,
 * metric points and snapshots), `jobs` (a job waits: for runners), `endpoint:<name>` (its traffic).
 */
export const LiveTopic = z.string().regex(/^(runs|jobs|run:run_[0-9a-z]{26}|endpoint:[a-z0-9._-]{1,63})$/);

export const LiveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), run: Run }),
  z.object({ type: z.literal('metrics'), run: idOf('run'), points: z.array(MetricPoint) }),
  z.object({ type: z.literal('snapshot'), run: idOf('run'), snapshot: Snapshot }),
  z.object({ type: z.literal('log'), run: idOf('run'), fence: z.int(), lines: z.array(LogLine) }),
  z.object({ type: z.literal('job-waiting'), job: z.union([idOf('job'), idOf('batchPrediction')]) }),
  /** What came since the last of these. */
  z.object({ type: z.literal('traffic'), endpoint: Name, traffic: Traffic }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;
