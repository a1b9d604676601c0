/** Rows dealt out to training, validation and test. Classes keep their proportions; the seed decides which rows. */
import type { Table } from '../data/table.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import { createRandom, shuffle } from '../graph/random.ts';

export interface RowSplit {
  train: Uint32Array;
  validation: Uint32Array;
  test: Uint32Array;
}

/** Throws AppError `invalid_data` when a part would be empty. */
export function splitRows(
  table: Table,
  { task, target, split, training }: Pick<PipelineSpec, 'task' | 'target' | 'split' | 'training'>,
): RowSplit {
  const random = createRandom(training.seed, 0x5b117);
  const parts: Record<keyof RowSplit, number[]> = { train: [], validation: [], test: [] };
  // What rounding owes each part so far is carried over to the next class, so that the parts' sizes come out right.
  const owed = { validation: 0, test: 0 };
  for (const rows of task === 'classification' ? rowsByClass(table, target) : [everyRow(table)]) {
    shuffle(rows, random);
    let from = 0;
    for (const part of ['validation', 'test'] as const) {
      owed[part] += rows.length * split[part];
      const count = Math.min(Math.round(owed[part]), rows.length - 1 - from); // one row at least stays for training
      owed[part] -= count;
      parts[part].push(...rows.subarray(from, from + count));
      from += count;
    }
    parts.train.push(...rows.subarray(from));
  }
  for (const [name, rows] of Object.entries(parts)) {
    if (rows.length === 0) {
      throw new AppError(
        'invalid_data',
        `The data has ${table.rows} rows, too few: none would be left for ${name} (split: validation ${split.validation}, test ${split.test})`,
      );
    }
  }
  return {
    train: Uint32Array.from(parts.train),
    validation: Uint32Array.from(parts.validation),
    test: Uint32Array.from(parts.test),
  };
}

const everyRow = (table: Table): Uint32Array => Uint32Array.from({ length: table.rows }, (_, row) => row);

function rowsByClass(table: Table, target: string): Uint32Array[] {
  const values = table.columns.get(target)?.values ?? [];
  const classes = new Map<unknown, number[]>();
  values.forEach((value, row) => {
    const rows = classes.get(value);
    if (rows) rows.push(row);
    else classes.set(value, [row]);
  });
  return [...classes.values()].map((rows) => Uint32Array.from(rows));
}
