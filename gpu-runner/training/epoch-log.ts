/** A training in the runner's log: one line an epoch, and of short ones the latest once a second. */
import { createEpochRows, type EpochRow } from '../../shared/evaluate/epoch-rows.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { Progress } from '../../shared/schema/run.ts';
import type { Log } from '../log.ts';

const LINE_MS = 1000;

export function createEpochLog(log: Log, now: () => number = () => performance.now()) {
  const epochs = createEpochRows();
  let progress: Progress | undefined;
  let unsaid: EpochRow | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;

  return {
    at(latest: Progress) {
      progress = latest;
    },
    add(points: readonly MetricPoint[]) {
      unsaid = epochs.add(points).at(-1) ?? unsaid;
      if (now() - saidAt >= LINE_MS) say();
    },
    /** Says what is left to say. */
    end: say,
  };

  function say() {
    if (!unsaid) return;
    const { step, epoch, values } = unsaid;
    unsaid = undefined;
    saidAt = now();
    const { loss, throughput } = values.train;
    const measured = Object.entries(values.validation).map(([name, value]) => [
      `validation ${name}`,
      brief(value),
    ]);
    log('epoch', {
      epoch: `${brief(epoch)}/${progress?.epochs ?? '?'}`,
      step,
      ...(loss === undefined ? {} : { loss: brief(loss) }),
      ...Object.fromEntries(measured),
      ...(throughput === undefined ? {} : { rowsPerSecond: Math.round(throughput) }),
      ...(progress?.etaMs == null ? {} : { secondsLeft: Math.round(progress.etaMs / 1000) }),
    });
  }
}

const brief = (value: number): number => Number(value.toPrecision(4));
