/** Whether a definition fits a dataset: everything that can be told from the profile, before a run is made. */
import { AppError } from '../errors.ts';
import { checkChain } from '../pipeline/chain.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { DatasetProfile } from '../schema/dataset.ts';
import type { PipelineSpec } from './pipeline-spec.ts';
import { taskOf } from './target-profile.ts';

/** Throws AppError: `invalid_data` where the data is at fault, `invalid_pipeline` where the definition is. */
export function checkPipeline(spec: PipelineSpec, profile: DatasetProfile): void {
  taskOf(profile, spec.target, spec.task);
  const seen = new Set<string>();
  for (const feature of spec.features) {
    if (seen.has(feature.column)) throw refuse(feature, 'it is a feature twice; name it once');
    seen.add(feature.column);
    checkFeature(feature, spec.target, profile);
  }
  const pictures = spec.features.filter(({ column }) => typeOf(profile, column) === 'image');
  const [picture] = pictures;
  if (picture && spec.features.length > 1) {
    throw refuse(picture, 'a picture must be the only feature; remove the others');
  }
}

function checkFeature(feature: FeatureSpec, target: string, profile: DatasetProfile): void {
  if (feature.column === target)
    throw refuse(feature, 'the target cannot be a feature; remove it from the features');
  const column = profile.columns.find(({ name }) => name === feature.column);
  if (!column) {
    const names = profile.columns.map(({ name }) => `"${name}"`).slice(0, 20);
    throw refuse(feature, `the data has no such column; it has ${names.join(', ')}`);
  }
  const { takesMissing } = checkChain(feature, column.type);
  if (column.missing > 0 && !takesMissing) {
    throw refuse(
      feature,
      `it has no value in ${column.missing} of ${profile.rows} rows; put the step "impute" first`,
    );
  }
  for (const step of feature.steps) {
    if (step.type !== 'impute') continue;
    if (step.strategy === 'constant') {
      const wanted = column.type === 'number' ? 'number' : 'string';
      if (typeof step.value !== wanted)
        throw refuse(feature, `impute "constant" needs a ${wanted} as "value"`);
    } else if (column.type === 'category' && step.strategy !== 'mode') {
      throw refuse(
        feature,
        `impute "${step.strategy}" needs numbers; for categories use "mode" or "constant"`,
      );
    } else if (column.missing === profile.rows) {
      throw refuse(feature, 'it has no values at all; leave it out, or impute a constant');
    }
  }
}

const typeOf = (profile: DatasetProfile, column: string) =>
  profile.columns.find(({ name }) => name === column)?.type;

function refuse({ column }: FeatureSpec, why: string): AppError {
  return new AppError('invalid_pipeline', `column "${column}": ${why}`, { details: { column } });
}
