/** The loss, or what it is made from, is no longer a number; whoever runs the training reports it as `diverged`. */
import { AppError } from '../errors.ts';
import { METRICS, type MetricPoint, SIGNALS } from '../schema/metric.ts';

export class TrainingDiverged extends AppError {
  constructor({ name, step, value }: MetricPoint, learningRate: number) {
    const { title } = { ...METRICS, ...SIGNALS }[name];
    super(
      'invalid_pipeline',
      `Training diverged: the ${title.toLowerCase()} was ${value} at step ${step}. Try a learning rate below ${learningRate}, such as ${learningRate / 10}.`,
      { details: { step, learningRate } },
    );
    this.name = 'TrainingDiverged';
  }
}
