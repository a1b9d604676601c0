/** A run in a few figures: where it trains and why there, how far it is, its best epoch so far. */
import type { ReactNode } from 'react';
import { METRICS } from '../../shared/schema/metric.ts';
import { isEnded, type Progress, type Run } from '../../shared/schema/run.ts';
import { curveOf, type RunCurves } from '../curves/run-curves.ts';
import type { TabTraining } from '../train/tab-training.ts';
import { ProgressBar } from '../ui/control.tsx';
import { count, decimal, duration } from '../ui/format.ts';
import { Card, Stats } from '../ui/surface.tsx';

export function RunGlance({
  run,
  curves,
  here,
}: {
  run: Run;
  curves: RunCurves | undefined;
  /** Of this run, where it trains in this tab. */
  here: TabTraining | null;
}) {
  const progress: Progress | null = here?.progress ?? run.progress;
  const isLive = run.state === 'running' || here?.state === 'running';
  if (!isLive && !(isEnded(run.state) && progress)) return null;
  const share = progress && progress.totalSteps > 0 ? progress.step / progress.totalSteps : null;
  return (
    <Card>
      {isLive && (
        <ProgressBar
          label={progress?.phase ?? 'Loading the data'}
          share={share}
          note={progress?.etaMs != null && `about ${duration(progress.etaMs)} left`}
        />
      )}
      {progress && <Stats items={figuresOf(progress, curves)} />}
      {here?.reason && <p className="muted">Engine: {here.reason}.</p>}
    </Card>
  );
}

function figuresOf(progress: Progress, curves: RunCurves | undefined): { name: string; value: ReactNode }[] {
  const best = bestEpoch(curves);
  const pace = lastOf(curves, 'throughput');
  return [
    { name: 'Epoch', value: `${count(Math.floor(progress.epoch))} of ${count(progress.epochs)}` },
    { name: 'Step', value: `${count(progress.step)} of ${count(progress.totalSteps)}` },
    ...(best
      ? [
          {
            name: 'Best epoch so far',
            value: (
              <>
                {count(best.epoch)}{' '}
                <small>
                  {METRICS.loss.title.toLowerCase()} {decimal(best.loss)}
                </small>
              </>
            ),
          },
        ]
      : []),
    ...(pace === null ? [] : [{ name: 'Rows a second', value: count(Math.round(pace)) }]),
  ];
}

/** The epoch of the least validation loss: the one whose weights early stopping keeps. */
function bestEpoch(curves: RunCurves | undefined): { epoch: number; loss: number } | null {
  const curve = curves && curveOf(curves, 'validation', 'loss');
  if (!curve || curve.length === 0) return null;
  let best = 0;
  for (let i = 1; i < curve.length; i++) if (curve.value[i]! < curve.value[best]!) best = i;
  return { epoch: Math.round(curve.epoch[best]!), loss: curve.value[best]! };
}

function lastOf(curves: RunCurves | undefined, name: 'throughput'): number | null {
  const curve = curves && curveOf(curves, 'train', name);
  return curve && curve.length > 0 ? curve.value[curve.length - 1]! : null;
}
