/** The loss is no longer a number; whoever runs the training reports it as `diverged`. */
import { AppError } from '../errors.ts';

export class TrainingDiverged extends AppError {
  constructor(step: number, loss: number, learningRate: number) {
    super(
      'invalid_pipeline',
      `Training diverged: the loss was ${loss} at step ${step}. Try a learning rate below ${learningRate}, such as ${learningRate / 10}.`,
      { details: { step, learningRate } },
    );
    this.name = 'TrainingDiverged';
  }
}
