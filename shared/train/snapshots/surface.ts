/** What a model of two numbers answers all over their plane. */
import type { Table } from '../../data/table.ts';
import { applyPipeline } from '../../pipeline/apply-pipeline.ts';
import type { FittedPipeline } from '../../pipeline/fitted-pipeline.ts';
import type { InputField, Prediction } from '../../schema/prediction.ts';
import type { Axis, Surface } from '../../schema/snapshot.ts';
import { outputTask } from '../../tasks/list.ts';
import { label, type Moment, type SnapshotMaker, short, spread } from './moment.ts';

/** Cells a side. */
const SIZE = 32;
const POINTS = 200;
/** Beyond what training saw, as a share of it. */
const MARGIN = 0.08;

export const surface: SnapshotMaker<'surface'> = {
  part: 'surface',
  async make(moment) {
    const { fitted, evaluate } = moment;
    const [first, second, ...others] = fitted.inputs;
    const isPlane = first?.type === 'number' && second?.type === 'number' && others.length === 0;
    if (!isPlane || !evaluate) return undefined;
    const { task } = fitted.output;
    if (task !== 'classification' && task !== 'regression') return undefined;
    const [x, y] = [axisOf(first), axisOf(second)];
    const table = gridTable([first.name, x], [second.name, y]);
    const source = { table, rows: Uint32Array.from({ length: table.rows }, (_, row) => row), places: [] };
    const rows = { count: table.rows, features: applyPipeline(fitted, table), target: null };
    const said: Prediction[] = [];
    for await (const y of evaluate(rows)) said.push(...outputTask(task).predictions(y, fitted, source));
    return { x, y, size: SIZE, answers: answersOf(said, fitted), points: pointsOf(moment, x, y) };
  },
};

function axisOf({ name, min, max }: Extract<InputField, { type: 'number' }>): Axis {
  const margin = (max - min || 1) * MARGIN;
  return { name: label(name), min: short(min - margin), max: short(max + margin) };
}

/** The middles of the cells, row by row from the least y up. */
function gridTable([nameX, x]: [string, Axis], [nameY, y]: [string, Axis]): Table {
  const at = ({ min, max }: Axis, place: number) => min + ((max - min) * (place + 0.5)) / SIZE;
  const cells = SIZE * SIZE;
  const xs = Float64Array.from({ length: cells }, (_, i) => at(x, i % SIZE));
  const ys = Float64Array.from({ length: cells }, (_, i) => at(y, Math.floor(i / SIZE)));
  return {
    rows: cells,
    columns: new Map([
      [nameX, { type: 'number', values: xs }],
      [nameY, { type: 'number', values: ys }],
    ]),
  };
}

function answersOf(said: readonly Prediction[], { output }: FittedPipeline): Surface['answers'] {
  if (output.task !== 'classification') {
    return { type: 'values', values: said.map((one) => short((one as { value: number }).value)) };
  }
  const told = said as Extract<Prediction, { label: string }>[];
  const places = new Map(output.classes.map((name, place) => [name, place]));
  return {
    type: 'classes',
    classes: output.classes.map(label),
    places: told.map((one) => places.get(one.label)!),
    confidence: told.map((one) => Math.round(one.probabilities[one.label]! * 100)),
  };
}

/** Validation rows that lie in the plane, with their true answers. */
function pointsOf({ fitted, validation, outcome }: Moment, x: Axis, y: Axis): Surface['points'] {
  if (outcome?.task !== 'classification' && outcome?.task !== 'regression') return [];
  const { table, rows } = validation.source;
  const [xs, ys] = fitted.inputs.map(({ name }) => table.columns.get(name)!.values as Float64Array);
  const isIn = (value: number, { min, max }: Axis) => value >= min && value <= max;
  return Array.from(spread(rows.length, POINTS), (place): Surface['points'][number] => {
    const row = rows[place]!;
    return [short(xs![row]!), short(ys![row]!), short(outcome.truth[place]!)];
  }).filter(([a, b]) => isIn(a, x) && isIn(b, y));
}
