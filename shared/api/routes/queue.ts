/** The queue and the fleet, as their owner sees and steers them. */
import * as z from 'zod';
import { idOf } from '../../schema/id.ts';
import { JOB_STATES, JobAttempt, JobRequirements, JobState, Priority, QueuedJob } from '../../schema/job.ts';
import { route } from '../route.ts';

const tag = 'Queue';
const JobParams = z.object({ job: idOf('job') });
const ACTIVE: JobState[] = ['leased', 'queued', 'waiting', 'held', 'dead'];

export const getQueue = route({
  method: 'get',
  path: '/v1/queue',
  tag,
  summary: 'Jobs that are worked on or wait, in the order in which they are taken, and how many stand where',
  scopes: ['owner'],
  query: z.object({
    /** Comma separated; all but `done` by default. */
    states: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(JobState).min(1))
      .default(ACTIVE),
    limit: z.coerce.number().int().min(1).max(1000).default(200),
  }),
  reply: z.object({
    counts: z.object(
      Object.fromEntries(JOB_STATES.map((state) => [state, z.int()])) as Record<JobState, z.ZodInt>,
    ),
    jobs: z.array(QueuedJob),
  }),
});

export const changeJob = route({
  method: 'patch',
  path: '/v1/jobs/{job}',
  tag,
  summary:
    'Change the priority of a job that nobody has taken, what it requires, or hold it back and let it go',
  scopes: ['owner'],
  params: JobParams,
  body: z.strictObject({
    priority: Priority.optional(),
    held: z.boolean().optional(),
    requires: JobRequirements.optional(),
  }),
  reply: QueuedJob,
  errors: ['not_found', 'conflict'],
});

export const listAttempts = route({
  method: 'get',
  path: '/v1/attempts',
  tag,
  summary: 'Who worked on what and how that ended, newest first',
  scopes: ['owner'],
  query: z.object({
    runner: idOf('runner').optional(),
    run: idOf('run').optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
  }),
  reply: z.array(JobAttempt),
});
