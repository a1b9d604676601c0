/** Fits a feature's chain of steps to its column's training rows. */
import type { ColumnData, SeriesColumn } from '../data/table.ts';
import { AppError } from '../errors.ts';
import { applyStep } from './apply-step.ts';
import { checkChain, naming, requirePresent } from './chain.ts';
import { type FeatureSpec, type FeatureStepSpec, schemasOf } from './feature-spec.ts';
import type { FittedFeature } from './fitted-pipeline.ts';
import type { StepTarget, StepValue, Vocabularies } from './step.ts';
import { stepOf } from './steps/step-of.ts';

/** Fits the steps one after the other on a column's training rows. */
export function fitChain(
  spec: FeatureSpec,
  column: ColumnData | SeriesColumn,
  target?: StepTarget,
  vocabularies?: Vocabularies,
): FittedFeature {
  const { takesMissing } = checkChain(spec, column.type);
  if (!takesMissing) requirePresent(spec.column, column);
  let value: StepValue = column;
  const steps = spec.steps.map((stepSpec, i) => {
    const fitted = naming(spec.column, () => fitStep(stepSpec, value, target, vocabularies));
    // what the last step gives is of no use here
    if (i < spec.steps.length - 1) value = applyStep(value, fitted);
    return fitted;
  });
  const { name, history } = spec;
  const named = { ...(name !== undefined && { name }), ...(history !== undefined && { history }) };
  return { ...named, column: spec.column, type: column.type, steps };
}

function fitStep(
  spec: FeatureStepSpec,
  value: StepValue,
  target?: StepTarget,
  vocabularies?: Vocabularies,
): FittedFeature['steps'][0] {
  const step = stepOf(spec);
  const state = schemasOf(spec)!.state.safeParse(step.fit(value, spec, target, vocabularies));
  if (!state.success) {
    throw new AppError('invalid_data', `its values are too large for the step "${spec.type}"`, {
      cause: state.error,
    });
  }
  return { spec, state: state.data as FittedFeature['steps'][0]['state'] };
}
