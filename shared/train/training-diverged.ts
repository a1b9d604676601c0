/** The loss, or what it is made from, is no longer a number; whoever runs the training reports it as `diverged`. */
import { AppError } from '../errors.ts';
import { METRICS, type MetricPoint, SIGNALS } from '../schema/metric.ts';
import type { Position } from './checkpoint.ts';

export class TrainingDiverged extends AppError {
  constructor({ name, step, value }: Pick<MetricPoint, 'name' | 'step' | 'value'>, learningRate: number) {
    const { title } = { ...METRICS, ...SIGNALS }[name];
    super(
      'invalid_pipeline',
      `Training diverged: the ${title.toLowerCase()} was ${value} at step ${step}. Try a learning rate below ${learningRate}, such as ${learningRate / 10}.`,
      { details: { step, learningRate } },
    );
    this.name = 'TrainingDiverged';
  }
}

/** Throws for the first that is no finite number. */
export function refuseDivergedPoints(points: readonly MetricPoint[], learningRate: number): void {
  const bad = points.find(({ value }) => !Number.isFinite(value));
  if (bad) throw new TrainingDiverged(bad, learningRate);
}

/** Throws where anything of a training's state is no number: a checkpoint of it would be of no use, and the one before still is. */
export function refuseDiverged(
  { step, window }: Position,
  tensors: readonly Float32Array[],
  learningRate: number,
): void {
  let squares = 0;
  for (const tensor of tensors) for (const value of tensor) squares += value * value;
  const { loss = 0, norm = 0 } = window ?? {};
  const state = { loss, 'gradient-norm': norm, 'weight-norm': Math.sqrt(squares) } as const;
  for (const [name, value] of Object.entries(state) as [keyof typeof state, number][])
    if (!Number.isFinite(value)) throw new TrainingDiverged({ name, step, value }, learningRate);
}
