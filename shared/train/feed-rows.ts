/**
 * Training rows on their way to the device: all of them once if they fit, and only the order of each epoch after that; else
 * as many steps' rows at a time as fit.
 */
import type { Program } from '../executors/executor.ts';
import type { Graph, Shape, TensorData, TensorValue } from '../graph/graph.ts';
import { sizeOf } from '../graph/operator.ts';
import { ORDER, rowsOf } from '../graph/resident-rows.ts';
import type { Rows } from './prepare-rows.ts';

/** Features above this many bytes go to the device in parts. */
const DEVICE_LIMIT = 256 * 2 ** 20;

/** How much is held on the device at a time. */
export interface Holding {
  rows: number;
  orderLength: number;
  /** False: part by part. */
  whole: boolean;
}

export function holdingOf(rows: Rows, batch: number, stepsPerEpoch: number, limit = DEVICE_LIMIT): Holding {
  const { byteLength } = rows.features.data;
  if (byteLength <= limit) return { rows: rows.count, orderLength: stepsPerEpoch * batch, whole: true };
  const steps = Math.max(1, Math.floor(limit / ((byteLength / rows.count) * batch)));
  return { rows: steps * batch, orderLength: steps * batch, whole: false };
}

export interface Feed {
  /** Begins an epoch; `order` holds the rows of its steps, one batch after the other. */
  begin(order: Int32Array): Promise<void>;
  /** Sees to it that the rows of the epoch's step `step` are there: where in `order` they begin, and for how many steps from there on. */
  seek(step: number): Promise<{ offset: number; steps: number }>;
}

/** `graph`: of the step, which says what it wants of each row. */
export async function createFeed(
  { program, graph }: { program: Program; graph: Graph },
  rows: Rows,
  holding: Holding,
  batch: number,
): Promise<Feed> {
  const wanted = new Set(graph.parameters.map(({ name }) => name));
  const columns = columnsOf(rows).filter(({ name }) => wanted.has(name));
  const writeOrder = (order: Int32Array) =>
    program.write(new Map([[ORDER, { shape: [order.length], data: order }]]));
  let order = new Int32Array(0);
  if (holding.whole) {
    await program.write(
      new Map(columns.map(({ name, shape, data }) => [name, { shape: [rows.count, ...shape], data }])),
    );
    return {
      async begin(given) {
        order = given as Int32Array<ArrayBuffer>;
        await writeOrder(order);
      },
      seek: async (step) => ({ offset: step * batch, steps: order.length / batch - step }),
    };
  }

  await writeOrder(Int32Array.from({ length: holding.orderLength }, (_, place) => place));
  const window = holding.rows / batch; // steps
  let first = Number.NaN; // step of the epoch that the window begins with
  return {
    async begin(given) {
      order = given as Int32Array<ArrayBuffer>;
      first = Number.NaN;
    },
    async seek(step) {
      if (!(step >= first && step < first + window)) {
        first = step;
        const next = order.subarray(step * batch, step * batch + holding.rows);
        await program.write(
          new Map(columns.map((column) => [column.name, takeRows(column, next, holding.rows)])),
        );
      }
      const end = Math.min(first + window, order.length / batch);
      return { offset: (step - first) * batch, steps: end - step };
    },
  };
}

/** What can be held of each row. */
interface HeldColumn {
  /** Of the parameter. */
  name: string;
  /** Of one row. */
  shape: Shape;
  data: TensorData;
}

const columnsOf = ({ features, target, groups }: Rows): HeldColumn[] => [
  { name: rowsOf('x'), ...features },
  ...(target ? [{ name: rowsOf('target'), ...target }] : []),
  ...(groups ? [{ name: rowsOf('group'), shape: [], data: Float32Array.from(groups) }] : []),
];

/** These rows, and zeros up to `count`. */
function takeRows({ shape, data }: HeldColumn, rows: Int32Array, count: number): TensorValue<TensorData> {
  const width = sizeOf(shape);
  const taken = data instanceof Int32Array ? new Int32Array(count * width) : new Float32Array(count * width);
  rows.forEach((row, i) => {
    taken.set(data.subarray(row * width, (row + 1) * width), i * width);
  });
  return { shape: [count, ...shape], data: taken };
}
