/** Classes: one logit each, told as probabilities. */
import type { Table } from '../data/table.ts';
import type { ClassificationOutcome } from '../evaluate/metric.ts';
import { predictedClass } from '../evaluate/metric.ts';
import { sizeOf } from '../graph/operator.ts';
import { softmax } from '../graph/operators/softmax.ts';
import type { ColumnProfile } from '../schema/dataset.ts';
import type { OutputSpec } from '../schema/prediction.ts';
import type { OutputTask } from './output-task.ts';
import { type TargetColumn, targetColumn, targetProfile, wrongTarget } from './target-column.ts';

type Classes = Extract<OutputSpec, { task: 'classification' }>;

const CLASSES_MOST = 1000;

export const classification: OutputTask<Classes> = {
  task: 'classification',
  curve: 'accuracy',
  check: (profile, target) => checkClasses(targetProfile(profile, target), profile.rows),
  expect: ({ columns }, target) => ({ outputs: columns.find(({ name }) => name === target)?.distinct ?? 1 }),
  head: ({ classes }) => ({ outputs: classes.length }),
  strata: rowsByClass,
  fit(target, table, trainRows) {
    const classes = classesOf(targetColumn(table, target, trainRows));
    if (classes.length < 2) {
      const what = `has one class only in the training rows, "${classes[0]}"; expected two or more`;
      throw wrongTarget(target, what);
    }
    if (classes.includes('__proto__')) throw wrongTarget(target, 'has a class named "__proto__"; rename it');
    return { output: { task: 'classification', target, classes }, targetState: null };
  },
  /** Of each row the place of its class. */
  encode({ output: { target, classes } }, table, rows) {
    const { values } = targetColumn(table, target, rows);
    const places = new Map(classes.map((name, place) => [name, place]));
    const placeOf = (value: string | number | null) => {
      const place = places.get(String(value));
      if (place !== undefined) return place;
      const what = `has the class "${value}" in no training row; give it more rows, or leave those it has out`;
      throw wrongTarget(target, what);
    };
    return { shape: [], data: Int32Array.from(values as ArrayLike<string | number>, placeOf) };
  },
  outcome(y, { target }, { output: { classes } }): ClassificationOutcome {
    return {
      task: 'classification',
      classes: classes.length,
      probabilities: probabilitiesOf(y, classes.length),
      truth: target!.data,
    };
  },
  predictions(y, { output: { classes } }) {
    const probabilities = probabilitiesOf(y, classes.length);
    return Array.from({ length: y.length / classes.length }, (_, row) => {
      const ofRow = probabilities.subarray(row * classes.length, (row + 1) * classes.length);
      const label = classes[predictedClass({ probabilities, classes: classes.length }, row)]!;
      return { label, probabilities: Object.fromEntries(classes.map((name, i) => [name, ofRow[i]!])) };
    });
  },
  truth({ table, rows }, { output: { target } }) {
    const { values } = targetColumn(table, target, rows);
    return Array.from(values as ArrayLike<string | number>, (value) => ({ label: String(value) }));
  },
};

/** Row-major [rows, classes]. */
function probabilitiesOf(logits: Float32Array, classes: number): Float32Array {
  const shape = [logits.length / classes, classes];
  const data = new Float32Array(sizeOf(shape));
  softmax.reference([{ shape, data: logits }], {}, { shape, data });
  return data;
}

/** Distinct values as text: numbers by size, text by UTF-16 code unit. */
function classesOf(column: TargetColumn): string[] {
  return column.type === 'number'
    ? [...new Set(column.values)].sort((a, b) => a - b).map(String)
    : [...new Set(column.values as string[])].sort();
}

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

function checkClasses({ name, type, top, distinct, distinctCapped }: ColumnProfile, rows: number): void {
  if (distinctCapped || distinct > CLASSES_MOST || distinct * 2 > rows) {
    const advice = type === 'number' ? 'use regression' : 'it looks like names or ids; choose another column';
    const count = `${distinct}${distinctCapped ? ' or more' : ''}`;
    throw wrongTarget(name, `has ${count} different values in ${rows} rows; ${advice}`);
  }
  const single = top.find(({ count }) => count < 2);
  if (!single) return;
  const what = `has one row only of class "${single.value}"; add rows of it, or leave that row out`;
  throw wrongTarget(name, what);
}
