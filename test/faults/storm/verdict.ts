/** What the ledger and the database say of a storm that is over: every promise that was broken, in words. */
import type { Client as Database } from '@libsql/client';
import type { MetricPoint } from '../../../shared/schema/metric.ts';
import type { Entry } from './faulty-proxy.ts';
import { readCurves } from './read-curves.ts';

/** Of those that a worker's writes go to. */
const WRITE =
  /^\/v1\/jobs\/(job_\w+)\/(heartbeat|metrics|snapshots|checkpoint|artifact|finish|release|log)(?:\?|$)/;

interface Write {
  job: string;
  what: string;
  fence: number;
  entry: Entry;
}

const isGood = ({ status }: Entry): boolean => status >= 200 && status < 300;

function writesOf(ledger: readonly Entry[]): Write[] {
  return ledger.flatMap((entry) => {
    const [, job, what] = WRITE.exec(entry.path) ?? [];
    if (!job || !what || entry.method === 'GET') return [];
    const inQuery = new URL(entry.path, 'http://x').searchParams.get('fence');
    const fence = Number(inQuery ?? (JSON.parse(entry.body.toString()) as { fence: number }).fence);
    return [{ job, what, fence, entry }];
  });
}

/** Claims that were granted and answered. */
function claimsOf(ledger: readonly Entry[]): { job: string; fence: number; answered: number }[] {
  return ledger.flatMap((entry) => {
    if (entry.path !== '/v1/jobs/claim' || !isGood(entry)) return [];
    const reply = JSON.parse(entry.reply.toString()) as { lease: { job: string; fence: number } } | null;
    return reply ? [{ ...reply.lease, answered: entry.answered }] : [];
  });
}

/** Writes that were taken although, before they were even sent, a later claim of the job had been granted. */
export function staleWritesTaken(ledger: readonly Entry[]): string[] {
  const claims = Map.groupBy(claimsOf(ledger), ({ job }) => job);
  return writesOf(ledger)
    .filter(({ entry }) => isGood(entry))
    .filter(({ job, fence, entry }) =>
      claims.get(job)?.some((claim) => claim.fence > fence && claim.answered < entry.sent),
    )
    .map(({ job, what, fence }) => `${what} of ${job} under fence ${fence} was taken after a later claim`);
}

/** Writes under an old fence that the server refused, as it must. */
export function staleWritesRefused(ledger: readonly Entry[]): number {
  return writesOf(ledger).filter(({ entry }) => entry.status === 409 && entry.reply.includes('stale_fence'))
    .length;
}

/** Points, artifacts and endings that the server said it had, and has not. */
export async function lostRecords(ledger: readonly Entry[], database: Database): Promise<string[]> {
  const lost: string[] = [];
  const { rows } = await database.execute('SELECT id, job FROM runs');
  const runOf = new Map(rows.map(({ id, job }) => [String(job), String(id)]));
  const key = (run: string, { split, name, step }: Pick<MetricPoint, 'split' | 'name' | 'step'>) =>
    `${run} ${split} ${name} ${step}`;
  const curves = await readCurves(database);
  const stored = new Set(curves.flatMap(({ run, points }) => points.map((point) => key(run, point))));
  for (const { job, what, entry } of writesOf(ledger)) {
    if (!isGood(entry)) continue;
    const run = runOf.get(job)!;
    if (what === 'metrics') {
      const { points } = JSON.parse(entry.body.toString()) as { points: MetricPoint[] };
      for (const point of points) if (!stored.has(key(run, point))) lost.push(key(run, point));
    } else if (what === 'finish') {
      const { state } = JSON.parse(entry.body.toString()) as { state: string };
      const now = await database.execute({ sql: 'SELECT state FROM runs WHERE id = ?', args: [run] });
      if (now.rows[0]?.state !== state) lost.push(`the ending "${state}" of ${run}`);
    }
  }
  return lost;
}

/** Jobs that did not end exactly once, and models that are not there exactly once. */
export async function wrongEndings(database: Database): Promise<string[]> {
  const [jobs, models] = await Promise.all([
    database.execute(
      `SELECT r.id, r.state, (SELECT count(*) FROM job_attempts a WHERE a.job = r.job AND a.ending IN ('succeeded', 'failed', 'stopped')) AS ends,
        (SELECT count(*) FROM job_attempts a WHERE a.job = r.job AND a.ending IS NULL) AS open FROM runs r`,
    ),
    database.execute(
      'SELECT r.id, r.state, (SELECT count(*) FROM model_versions m WHERE m.run = r.id) AS models FROM runs r',
    ),
  ]);
  return [
    ...jobs.rows
      .filter(({ state, ends, open }) => state !== 'succeeded' || ends !== 1 || open !== 0)
      .map(
        ({ id, state, ends, open }) => `${id} is ${state}, with ${ends} endings and ${open} open attempts`,
      ),
    ...models.rows.filter(({ models }) => models !== 1).map(({ id, models }) => `${id} has ${models} models`),
  ];
}
