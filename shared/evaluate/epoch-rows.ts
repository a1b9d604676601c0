/** The points of a run's curves, as they come in, gathered from one validation to the next: what a person reads as one line. */
import type { CurveName, MetricPoint, Split } from '../schema/metric.ts';

export interface EpochRow {
  step: number;
  /** A whole number for a network, the part that is done for an estimator. */
  epoch: number;
  /** The last of each curve, up to this step. */
  values: Record<Split, Partial<Record<CurveName, number>>>;
}

export function createEpochRows() {
  let told = 0; // step
  let values = noValues();

  return {
    /** Points come in the order of their steps, and may come twice. Gives the rows that are complete now, each once. */
    add(points: readonly MetricPoint[]): EpochRow[] {
      const rows: EpochRow[] = [];
      let row: EpochRow | undefined;
      const close = () => {
        if (!row) return;
        rows.push(row);
        told = row.step;
        values = noValues();
        row = undefined;
      };
      for (const { step, epoch, split, name, value } of points) {
        if (step <= told) continue;
        if (row && step > row.step) close();
        values[split][name] = value;
        if (split === 'validation' && name === 'loss') row = { step, epoch, values };
      }
      close();
      return rows;
    },
  };
}

const noValues = (): EpochRow['values'] => ({ train: {}, validation: {}, test: {} });
