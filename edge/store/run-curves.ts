/** The curves of a run: whole, a piece of one, or so much of them that a screen shows. */
import { and, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import {
  CURVE_NAMES,
  type CurveName,
  type MetricPoint,
  SPLITS,
  type Split,
} from '../../shared/schema/metric.ts';
import type { Db } from './db.ts';
import { getRun } from './runs.ts';
import { metricPoints } from './schema/runs.ts';

export interface CurveQuery {
  split?: Split | undefined;
  name?: CurveName | undefined;
  after?: number | undefined;
  limit: number;
}

/** Points that are told as they are; of more some are taken. */
const WHOLE = 20_000;
/** Of a curve of which some are taken. */
const SPREAD = 2000;

const { workspace: _, run: __, ...columns } = getTableColumns(metricPoints);
const ofRun = (workspace: string, run: string) =>
  and(eq(metricPoints.workspace, workspace), eq(metricPoints.run, run));

/** Throws AppError `too_large` where there are more than `limit` of several curves: those must be asked for one by one. */
export async function getRunMetrics(
  db: Db,
  workspace: string,
  id: string,
  { split, name, after, limit }: CurveQuery,
): Promise<MetricPoint[]> {
  await getRun(db, workspace, id);
  const points = await db
    .select(columns)
    .from(metricPoints)
    .where(
      and(
        ofRun(workspace, id),
        split && eq(metricPoints.split, split),
        name && eq(metricPoints.name, name),
        after === undefined ? undefined : gt(metricPoints.step, after),
      ),
    )
    .orderBy(metricPoints.step, metricPoints.split, metricPoints.name)
    .limit(limit)
    .all();
  if (points.length === limit && !(split && name))
    throw new AppError(
      'too_large',
      `run ${id} has ${limit} points or more; ask for one curve at a time, by "split" and "name", and go on with "after"`,
    );
  return points;
}

export async function getRunOverview(
  db: Db,
  workspace: string,
  id: string,
): Promise<{ isWhole: boolean; points: MetricPoint[] }> {
  await getRun(db, workspace, id);
  const mine = ofRun(workspace, id);
  const some = db
    .select({ one: sql`1` })
    .from(metricPoints)
    .where(mine)
    .limit(WHOLE + 1)
    .as('some');
  const isWhole = (await db.$count(some)) <= WHOLE;
  const points = isWhole
    ? await db.select(columns).from(metricPoints).where(mine).all()
    : await spreadPoints(db, workspace, id);
  return { isWhole, points: points.sort((a, b) => a.step - b.step) };
}

/**
 * Of each curve the first point, the last, and between them the first of each of `SPREAD` stretches: as many look-ups in the index
 * (a cross join is made in the order in which it is written).
 */
function spreadPoints(db: Db, workspace: string, run: string): Promise<MetricPoint[]> {
  const curves = SPLITS.flatMap((split) => CURVE_NAMES.map((name) => sql`(${split}, ${name})`));
  const at = (what: ReturnType<typeof sql>, more = sql``) =>
    sql`(SELECT ${what} FROM metric_points m
      WHERE m.workspace = ${workspace} AND m.run = ${run} AND m.split = c.split AND m.name = c.name ${more})`;
  return db.all(sql`
    WITH RECURSIVE
      known(split, name) AS (VALUES ${sql.join(curves, sql`, `)}),
      ends(split, name, first, last) AS (SELECT split, name, ${at(sql`min(step)`)}, ${at(sql`max(step)`)} FROM known c),
      picked(split, name, step, last, stretch) AS (
        SELECT split, name, first, last, max(1, (last - first) / ${SPREAD}) FROM ends WHERE first IS NOT NULL
        UNION ALL
        SELECT split, name, coalesce(${at(sql`min(step)`, sql`AND m.step >= c.step + c.stretch`)}, last), last, stretch
        FROM picked c WHERE step < last
      )
    SELECT m.split, m.name, m.step, m.epoch, m.value FROM picked p CROSS JOIN metric_points m
      ON m.workspace = ${workspace} AND m.run = ${run} AND m.split = p.split AND m.name = p.name AND m.step = p.step`);
}
