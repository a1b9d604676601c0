/** Rounds of a training that several workers share, as the holder of one of its jobs sees them. */
import * as z from 'zod';
import { idOf, Sha256 } from '../../schema/id.ts';
import { Run } from '../../schema/run.ts';
import { route } from '../route.ts';

const tag = 'Averaging';
const scopes = ['owner', 'runner'] as const;
const RoundParams = z.object({ job: idOf('job'), round: z.coerce.number().int().min(0) });

/** Largest vector of weights that a round takes, bytes: four million numbers. A Worker holds a few of them. */
export const MAX_UPDATE_BYTES = 16 * 1024 * 1024;

export const RoundState = z.object({
  /** The round that is open; whatever is before it is closed. */
  round: z.int(),
  /** There is no further round: what the last one gave is what is kept. */
  done: z.boolean(),
  /** How many have answered in the open round, and how many are waited for. */
  answered: z.int(),
  awaited: z.int(),
});
export type RoundState = z.infer<typeof RoundState>;

export const tellRound = route({
  method: 'put',
  path: '/v1/jobs/{job}/rounds/{round}',
  tag,
  summary: 'Tell the weights at the end of a round (little-endian float32); told again, they count once',
  scopes,
  params: RoundParams,
  query: z.object({
    fence: z.coerce.number().int().min(1),
    sha256: Sha256,
    /** Rows that it learnt from. */
    rows: z.coerce.number().int().min(1),
    /** How many of the numbers, at the end, are statistics of the model's own. */
    statistics: z.coerce.number().int().min(0),
    /** Mean loss of so many validation rows by what the round began with, where it was measured. */
    loss: z.coerce.number().optional(),
    validationRows: z.coerce.number().int().min(1).optional(),
  }),
  body: 'bytes',
  reply: RoundState,
  errors: ['not_found', 'conflict', 'stale_fence', 'too_large', 'invalid_data'],
});

export const getRound = route({
  method: 'get',
  path: '/v1/jobs/{job}/rounds',
  tag,
  summary: 'Where the rounds of the training stand',
  scopes,
  params: z.object({ job: idOf('job') }),
  reply: RoundState,
  errors: ['not_found', 'conflict'],
});

export const getAverage = route({
  method: 'get',
  path: '/v1/jobs/{job}/averages/{round}',
  tag,
  summary: 'What this round, which is open, begins with (little-endian float32)',
  scopes,
  params: RoundParams,
  reply: 'bytes',
  errors: ['not_found', 'conflict'],
});

export const listTeam = route({
  method: 'get',
  path: '/v1/runs/{run}/team',
  tag,
  summary: 'The runs of the workers that train together, the lead first; none where a run trains alone',
  scopes: ['owner'],
  params: z.object({ run: idOf('run') }),
  reply: z.array(Run),
  errors: ['not_found'],
});
