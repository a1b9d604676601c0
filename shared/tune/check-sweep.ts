/** Whether a sweep can work on a definition: all that can be told before the first trial. */
import { continuationKey } from '../definition/canonical.ts';
import { isNetwork, type PipelineSpec } from '../definition/pipeline-spec.ts';
import { AppError, messageOf } from '../errors.ts';
import { metrics } from '../evaluate/list.ts';
import { createRandom } from '../graph/random.ts';
import type { Parameters } from '../schema/sweep.ts';
import { isSupervised } from '../schema/task.ts';
import { outputTask } from '../tasks/list.ts';
import { applyParameters } from './apply-parameters.ts';
import { sizeOf, valueAt } from './dimension.ts';
import { schedulerOf } from './schedulers/list.ts';
import { sampleParameters } from './search-space.ts';
import type { SweepSpec } from './sweep-spec.ts';

/** Points of the space that are looked at. */
const LOOKS = 100;
const STREAM = 0xc4ec;

/** Throws AppError `invalid_request`, naming the field, its value and what would be accepted. */
export function checkSweep(sweep: SweepSpec, base: PipelineSpec): void {
  checkObjective(sweep, base);
  checkScheduler(sweep, base);
  checkParameters(sweep, base);
  checkPerturbed(sweep, base);
}

const refuse = (field: string, message: string): AppError =>
  new AppError('invalid_request', `${field}: ${message}`);

function checkObjective({ objective, scheduler }: SweepSpec, { task }: PipelineSpec): void {
  if (!isSupervised(task)) return;
  const { curve } = outputTask(task);
  const known = ['loss', ...metrics.filter((metric) => metric.task === task).map(({ name }) => name)];
  for (const [i, { metric }] of objective.entries()) {
    if (!known.includes(metric))
      throw refuse(`objective.${i}.metric`, `${task} has no "${metric}"; it has ${known.join(', ')}`);
    if (scheduler.type !== 'none' && metric !== 'loss' && metric !== curve)
      throw refuse(
        `objective.${i}.metric`,
        `"${metric}" is not measured after each epoch, which "${scheduler.type}" needs; expected loss or ${curve}`,
      );
  }
}

function checkScheduler({ scheduler, parameters }: SweepSpec, base: PipelineSpec): void {
  const { type } = scheduler;
  if (type === 'none') return;
  const mayBeNetwork = Object.keys(parameters).some((path) => path === '$' || path === 'kind');
  if (!isNetwork(base) && !mayBeNetwork)
    throw refuse('scheduler.type', `"${type}" compares epochs, and an estimator has none; expected "none"`);
  if (schedulerOf(scheduler).maxEpochs && Object.hasOwn(parameters, 'training.epochs'))
    throw refuse('parameters.training.epochs', `"${type}" says how long trials are; leave it out`);
}

/** Refuses a parameter to which every definition that it stands in falls. */
function checkParameters(sweep: SweepSpec, base: PipelineSpec): void {
  const random = createRandom(STREAM);
  const fared = new Map(Object.keys(sweep.parameters).map((path) => [path, { works: false, fault: '' }]));
  for (let look = 0; look < LOOKS; look++) {
    const parameters = sampleParameters(sweep.parameters, random);
    const fault = faultOf(sweep, base, parameters);
    for (const path of Object.keys(parameters)) {
      const fare = fared.get(path)!;
      if (!fault?.blamed.includes(path)) fare.works = true;
      else fare.fault ||= fault.message;
    }
  }
  for (const [path, { works, fault }] of fared) {
    if (!works && fault) throw refuse(`parameters.${path}`, fault);
  }
}

function faultOf(sweep: SweepSpec, base: PipelineSpec, parameters: Parameters) {
  try {
    applyParameters(base, sweep, parameters);
    return null;
  } catch (error) {
    const blamed =
      error instanceof AppError ? (error.details?.parameters as string[] | undefined) : undefined;
    return { message: messageOf(error), blamed: blamed ?? Object.keys(parameters) };
  }
}

/** What changes in the middle of a training may not change what its checkpoints hold. */
function checkPerturbed(sweep: SweepSpec, base: PipelineSpec): void {
  const { scheduler, parameters: space } = sweep;
  const paths = schedulerOf(scheduler).perturbs?.(scheduler, Object.keys(space)) ?? [];
  const random = createRandom(STREAM, 1);
  for (let look = 0; look < LOOKS; look++) {
    const parameters = sampleParameters(space, random);
    const key = keyOf(sweep, base, parameters);
    for (const path of paths.filter((one) => Object.hasOwn(parameters, one) && sizeOf(space[one]!) > 1)) {
      const other = keyOf(sweep, base, { ...parameters, [path]: valueAt(space[path]!, random()) });
      if (key === null || other === null || key === other) continue;
      const may = paths.filter((one) => one !== path).join(', ');
      throw refuse(
        'scheduler.perturb',
        `"${path}" cannot change in the middle of a training, since no checkpoint goes on with another value of it; ` +
          `expected others alone${may && `, such as ${may}`}, or take it out of the sweep`,
      );
    }
  }
}

function keyOf(sweep: SweepSpec, base: PipelineSpec, parameters: Parameters): string | null {
  if (faultOf(sweep, base, parameters)) return null;
  const spec = applyParameters(base, sweep, parameters);
  return isNetwork(spec) ? continuationKey(spec) : null;
}
