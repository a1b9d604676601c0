/** Whether a request for explanations can be met. */
import { AppError } from '../errors.ts';
import { EXPLAINED_MOST, type ExplainOptions } from '../schema/explanation.ts';
import type { InputField, Instance, OutputSpec } from '../schema/prediction.ts';

/** Throws AppError `invalid_request`, naming the option, its value and what would be accepted. */
export function requireExplainable(
  { inputs, output }: { inputs: readonly InputField[]; output: OutputSpec },
  instances: readonly Instance[],
  { class: name, baseline = {} }: ExplainOptions,
): void {
  if (instances.length > EXPLAINED_MOST)
    throw refuse(`there are ${instances.length} instances; at most ${EXPLAINED_MOST} are explained at once`);
  if (output.task !== 'classification' && output.task !== 'regression')
    throw refuse(
      `the model's task is ${output.task}; what can be explained is classification and regression`,
    );
  const sound = inputs.find(({ type }) => type === 'audio');
  if (sound)
    throw refuse(
      `"${sound.name}" is a sound; what can be explained is numbers, categories, texts, series and pictures`,
    );
  const classes = output.task === 'classification' ? output.classes : [];
  if (name !== undefined && !classes.includes(name))
    throw refuse(
      `class: there is no "${name}"; expected ${quoted(classes) || 'none, since the model answers with a number'}`,
    );
  const odd = Object.keys(baseline).find((key) => !inputs.some((input) => input.name === key));
  if (odd !== undefined)
    throw refuse(
      `baseline: there is no feature "${odd}"; expected ${quoted(inputs.map((input) => input.name))}`,
    );
}

const quoted = (names: readonly string[]): string =>
  names
    .slice(0, 20)
    .map((name) => `"${name}"`)
    .join(', ');

export const refuse = (message: string): AppError => new AppError('invalid_request', `explain: ${message}`);
