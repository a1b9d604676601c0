/**
 * Rows dealt out to training, validation and test; the seed decides which. Each part looks like the whole: classes keep
 * their proportions, and a number to be predicted is spread over each part from its lowest to its highest values.
 */
import type { Table } from '../data/table.ts';
import type { PipelineSpec } from '../definition/pipeline-spec.ts';
import { AppError } from '../errors.ts';
import { createRandom, shuffle } from '../graph/random.ts';
import { isSupervised, type Task } from '../schema/task.ts';
import { outputTask } from '../tasks/list.ts';

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
  if (split.order === 'time') return byTime(table.rows, split);
  const random = createRandom(training.seed, 0x5b117);
  const parts: Record<keyof RowSplit, Uint32Array[]> = { train: [], validation: [], test: [] };
  // What rounding owes each part so far is carried over to the next class, so that the parts' sizes come out right.
  const owed = { validation: 0, test: 0 };
  for (const rows of strata(table, task, target)) {
    shuffle(rows, random);
    let from = 0;
    for (const part of ['validation', 'test'] as const) {
      owed[part] += rows.length * split[part];
      const count = Math.min(Math.round(owed[part]), rows.length - 1 - from); // one row at least stays for training
      owed[part] -= count;
      parts[part].push(rows.subarray(from, from + count));
      from += count;
    }
    parts.train.push(rows.subarray(from));
  }
  const joined = { train: join(parts.train), validation: join(parts.validation), test: join(parts.test) };
  for (const [name, rows] of Object.entries(joined)) {
    if (rows.length === 0) {
      throw new AppError(
        'invalid_data',
        `The data has ${table.rows} rows, too few: none would be left for ${name} (split: validation ${split.validation}, test ${split.test})`,
      );
    }
  }
  return joined;
}

function join(pieces: readonly Uint32Array[]): Uint32Array {
  const joined = new Uint32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** Rows that each part has its share of. */
function strata(table: Table, task: Task, target: string): Uint32Array[] {
  const own = isSupervised(task) ? outputTask(task).strata?.(table, target) : undefined;
  return own ?? [Uint32Array.from({ length: table.rows }, (_, row) => row)];
}

function byTime(rows: number, { validation, test }: PipelineSpec['split']): RowSplit {
  const testStart = rows - Math.round(rows * test);
  const validationStart = testStart - Math.round(rows * validation);
  if (validationStart < 1 || validationStart === testStart || testStart === rows) {
    throw new AppError('invalid_data', `${rows} rows are too few to split; at least 10 are needed`);
  }
  const from = (start: number, end: number) => Uint32Array.from({ length: end - start }, (_, i) => start + i);
  return {
    train: from(0, validationStart),
    validation: from(validationStart, testStart),
    test: from(testStart, rows),
  };
}
