/** A run in a few figures: where it trains and why there, how far it is, its best epoch so far. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Progress, Run } from '../../shared/schema/run.ts';
import { curveOf, type RunCurves } from '../curves/run-curves.ts';
import { queries } from '../queries.ts';
import { type TabTraining, useTabProgress } from '../train/tab-training.ts';
import { ProgressBar } from '../ui/control.tsx';
import { bytes, count, decimal, duration } from '../ui/format.ts';
import { Card, Stats } from '../ui/surface.tsx';
import styles from './page.module.css';

export function RunGlance({
  run,
  here,
}: {
  run: Run;
  /** Of this run, where it trains in this tab. */
  here: TabTraining | null;
}) {
  const { data: curves } = useQuery(queries.runCurves(run.id));
  const isLive = run.state === 'running' || here?.state === 'running';
  const progressHere = useTabProgress();
  const progress: Progress | null = isLive ? ((here && progressHere) ?? run.progress) : null;
  const figures = progress ? progressFigures(progress, curves) : [];
  const best = useMemo(() => bestEpoch(curves), [curves]);
  if (best) {
    const note = `loss ${decimal(best.loss)}`;
    figures.push({ name: isLive ? 'Best epoch so far' : 'Best epoch', value: count(best.epoch), note });
  }
  if (run.memoryBytes !== null) figures.push({ name: 'Memory', value: `about ${bytes(run.memoryBytes)}` });
  if (!isLive && figures.length === 0) return null;
  if (!isLive && best) figures.unshift({ name: 'Epochs', value: count(best.epochs) });
  const share = progress && progress.totalSteps > 0 ? progress.step / progress.totalSteps : null;
  return (
    <Card>
      <div className={styles.form}>
        {isLive && (
          <ProgressBar
            label={progress?.phase ?? 'Loading the data'}
            share={share}
            note={progress?.etaMs != null && `about ${duration(progress.etaMs)} left`}
          />
        )}
        {figures.length > 0 && <Stats items={figures} />}
        {here?.reason && <p className="muted">Engine: {here.reason}.</p>}
      </div>
    </Card>
  );
}

interface Figure {
  name: string;
  value: string;
  note?: string;
}

function progressFigures(
  { epoch, epochs, step, totalSteps }: Progress,
  curves: RunCurves | undefined,
): Figure[] {
  const throughput = curves && curveOf(curves, 'train', 'throughput');
  const pace = throughput?.value[throughput.length - 1];
  return [
    { name: 'Epoch', value: `${count(Math.floor(epoch))} of ${count(epochs)}` },
    ...(totalSteps > 0 ? [{ name: 'Step', value: `${count(step)} of ${count(totalSteps)}` }] : []),
    ...(pace === undefined ? [] : [{ name: 'Rows a second', value: count(Math.round(pace)) }]),
  ];
}

/** The epoch of the least validation loss: the one whose weights early stopping keeps. */
function bestEpoch(curves: RunCurves | undefined): { epoch: number; loss: number; epochs: number } | null {
  const curve = curves && curveOf(curves, 'validation', 'loss');
  if (!curve || curve.length === 0) return null;
  let best = 0;
  for (let i = 1; i < curve.length; i++) if (curve.value[i]! < curve.value[best]!) best = i;
  const epochs = Math.round(curve.epoch[curve.length - 1]!);
  return { epoch: Math.round(curve.epoch[best]!), loss: curve.value[best]!, epochs };
}
