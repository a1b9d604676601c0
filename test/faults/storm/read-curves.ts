/** What the database has of the runs' curves; run by run, since a statement gives so many rows at most. */
import type { Client as Database } from '@libsql/client';
import type { MetricPoint } from '../../../shared/schema/metric.ts';

export interface StoredCurves {
  run: string;
  points: Pick<MetricPoint, 'split' | 'name' | 'step' | 'value'>[];
}

export async function readCurves(database: Database): Promise<StoredCurves[]> {
  const runs = await database.execute('SELECT id FROM runs');
  const curves: StoredCurves[] = [];
  for (const { id } of runs.rows) {
    const sql = 'SELECT split, name, step, value FROM metric_points WHERE run = ?';
    const { rows } = await database.execute({ sql, args: [id!] });
    const points = rows.map(({ split, name, step, value }) => ({ split, name, step, value }));
    curves.push({ run: String(id), points: points as never });
  }
  return curves;
}
