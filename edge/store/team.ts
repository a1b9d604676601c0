/** The runs of the workers that train one network together: how they are planned, and who they are. */
import { and, eq } from 'drizzle-orm';
import { isNetwork, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { AppError } from '../../shared/errors.ts';
import { agree } from '../../shared/federated/agree.ts';
import type { AveragingOptions, Team } from '../../shared/schema/averaging.ts';
import { newId } from '../../shared/schema/new-id.ts';
import type { Place, Run } from '../../shared/schema/run.ts';
import type { Db } from './db.ts';
import { getRun } from './runs.ts';
import { averagings } from './schema/averagings.ts';

export type AveragingRow = typeof averagings.$inferSelect;
export type TeamPlan = ReturnType<typeof planTeam>;

/** Throws AppError `invalid_pipeline`, `invalid_request` and `conflict` for what cannot be trained so. */
export function planTeam(spec: PipelineSpec, on: Place, from: string | undefined, options: AveragingOptions) {
  if (!isNetwork(spec))
    throw new AppError(
      'invalid_pipeline',
      `averaging: "${spec.model.type}" is fitted by one worker; expected a network, whose weights can be averaged`,
    );
  if (from !== undefined)
    throw new AppError(
      'conflict',
      'from: workers that train together begin anew; leave out `from` or `averaging`',
    );
  if (options.rows === 'shards' && on !== 'runner')
    throw new AppError(
      'invalid_request',
      'on: shards of a dataset are trained by whoever takes jobs of the queue; expected "runner"',
    );
  return { options, ...agree(spec, options) };
}

/** The lead and its helpers, by rank. Rows that never leave a tab are trained on in one. */
export function membersOf<R extends { id: string; name: string; on: Place; job: string }>(
  lead: R,
  { options: { workers, rows }, epochsPerRound }: TeamPlan,
): (R & { team: Team })[] {
  return Array.from({ length: workers }, (_, rank) => ({
    ...lead,
    team: { lead: lead.id, rank, size: workers, rows, epochsPerRound },
    ...(rank > 0 && {
      id: newId('run'),
      job: newId('job'),
      name: `${lead.name}, worker ${rank + 1} of ${workers}`,
      ...(rows === 'private' && { on: 'browser' as const }),
    }),
  }));
}

export const ofRow = ({ workspace, lead }: Pick<AveragingRow, 'workspace' | 'lead'>) =>
  and(eq(averagings.workspace, workspace), eq(averagings.lead, lead));

/** Of the run that leads, and its helpers, by rank. */
export async function addAveraging(
  db: Db,
  workspace: string,
  members: string[],
  { options, rules }: Pick<AveragingRow, 'options' | 'rules'>,
): Promise<void> {
  const standing = {
    shape: null,
    awaited: [],
    waited: 0,
    done: false,
    base: null,
    velocity: null,
    best: null,
  };
  await db.insert(averagings).values({ workspace, lead: members[0]!, members, options, rules, standing });
}

/** By rank; none where it trains alone. */
export async function listTeam(db: Db, workspace: string, run: string): Promise<Run[]> {
  if (!(await getRun(db, workspace, run)).team) return [];
  const { members } = await findAveraging(db, workspace, run);
  return Promise.all(members.map((id) => getRun(db, workspace, id)));
}

/** Of the training that this run belongs to. Throws AppError `conflict` for a run that trains alone. */
export async function findAveraging(db: Db, workspace: string, run: string): Promise<AveragingRow> {
  const { team } = await getRun(db, workspace, run);
  const row =
    team &&
    (await db
      .select()
      .from(averagings)
      .where(ofRow({ workspace, lead: team.lead }))
      .get());
  if (!row) throw new AppError('conflict', `run ${run} trains alone; there are no rounds`);
  return row;
}
