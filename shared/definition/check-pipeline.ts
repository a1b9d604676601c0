/** Whether a definition fits a dataset: everything that can be told from the profile, before a run is made. */
import { AppError } from '../errors.ts';
import type { EstimatorCost } from '../estimators/estimator.ts';
import { estimatorOf } from '../estimators/estimator-of.ts';
import { sizeOf } from '../graph/operator.ts';
import type { InputShapes } from '../model/describe-model.ts';
import { splitFrozen } from '../model/frozen-part.ts';
import { costOf, type ModelCost } from '../model/model-cost.ts';
import { namedFeatures } from '../model/model-links.ts';

import { type Head, type ModelShape, traceBody, traceModel, withHead } from '../model/trace-model.ts';

import { stackShapes } from '../pipeline/apply-pipeline.ts';
import { chainShape, checkChain } from '../pipeline/chain.ts';
import { featureName } from '../pipeline/feature-name.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';
import { isSupervised, outputTaskOf } from '../schema/task.ts';
import { outputTask } from '../tasks/list.ts';
import type { Asked } from '../tasks/output-task.ts';
import {
  type EstimatorPipeline,
  isNetwork,
  type NetworkPipeline,
  type PipelineSpec,
} from './pipeline-spec.ts';
import { taskOf } from './target-profile.ts';

/** Parameters: as many as fit an artifact and, with the optimiser's two numbers for each, a tab. */
const PARAMETERS_MOST = 50_000_000;
/** Multiply-adds a row: some five times ResNet-50's. */
const MULTIPLY_ADDS_MOST = 20e9;
/** Values of one batch on the way through the model: 4 GiB. */
const VALUES_MOST = 2 ** 30;

/** Operations of fitting an estimator: hours. */
const FITTING_MOST = 2e13;

/** Throws AppError: `invalid_data` where the data is at fault, `invalid_pipeline` where the definition is. */
export function checkPipeline(spec: PipelineSpec, profile: DatasetProfile): void {
  taskOf(profile, spec.target, spec.task);
  const seen = new Set<string>();
  for (const feature of spec.features) {
    const name = featureName(feature);
    if (seen.has(name)) {
      throw refuse(
        feature,
        `the feature "${name}" is there twice; name it once, or give the second another "name"`,
      );
    }
    seen.add(name);
    checkFeature(feature, spec, profile);
  }
  checkRanking(spec, profile);
  const pictures = spec.features.filter(({ column }) => typeOf(profile, column) === 'image');
  const [picture] = pictures;
  const links = isNetwork(spec) ? namedFeatures(spec.model) : [];
  const named = new Set(links.map(({ column }) => column));
  if (picture && spec.features.length > 1 && !pictures.every((feature) => named.has(featureName(feature)))) {
    const advice = `remove the others, or give it a block of its own with the input "feature:${featureName(picture)}"`;
    throw refuse(picture, `a picture must be the only feature: ${advice}`);
  }
  if (isNetwork(spec)) checkModel(spec, profile);
  else checkEstimator(spec, profile);
}

function checkRanking({ rankWithin, task }: PipelineSpec, { columns }: DatasetProfile): void {
  if (rankWithin === undefined) return;
  const problem =
    task !== 'regression'
      ? `ranks by predicted numbers, and this is ${task}; leave it out`
      : columns.some(({ name }) => name === rankWithin)
        ? null
        : `is "${rankWithin}", which is no column of the data`;
  if (problem) throw new AppError('invalid_pipeline', `rankWithin ${problem}`);
}

/** Of one row; throws AppError `invalid_pipeline` where the blocks do not fit one another or the features. */
export function modelCost(spec: NetworkPipeline, profile: DatasetProfile): ModelCost {
  return costOf(traceModel(spec.model, { ...bodyOf(spec, profile), batch: 1, training: true }));
}

/** Multiply-adds of one row through the part that never learns, and through the rest. */
export function learningCost(
  spec: NetworkPipeline,
  profile: DatasetProfile,
): { frozen: number; learning: number } {
  const input = bodyOf(spec, profile);
  const whole = modelCost(spec, profile).multiplyAdds;
  const parts = splitFrozen(spec.model, input);
  const frozen = parts ? costOf(traceBody(parts.frozen, { ...input, batch: 1 })).multiplyAdds : 0;
  return { frozen, learning: whole - frozen };
}

/** Of fitting it, and of one prediction. */
export function estimatorCost(spec: EstimatorPipeline, profile: DatasetProfile): EstimatorCost {
  const { task, split, model } = spec;
  return estimatorOf(model).cost(model, {
    task: outputTaskOf(task),
    inputs: sizeOf(inputOf(spec.features, profile).inputShape),
    ...headOf(spec, profile),
    rows: Math.ceil(profile.rows * (1 - split.validation - split.test)),
  });
}

function headOf(spec: PipelineSpec, profile: DatasetProfile): Head {
  const answers = answersOf(spec);
  return answers
    ? { outputs: answers.length }
    : outputTask(spec.task).expect(profile, spec.target, askedOf(spec));
}

/** What the model's first blocks take, and its head. */
export const bodyOf = (spec: PipelineSpec, profile: DatasetProfile): ModelShape =>
  withHead(inputOf(spec.features, profile), headOf(spec, profile));

/** What a definition says of its answers. */
export const askedOf = (spec: PipelineSpec): Asked => ({
  features: spec.features,
  ...(isNetwork(spec) && { loss: spec.training.loss, targetTokens: spec.targetTokens }),
});

/** Of one that learns without answers, the names of what it tells apart; else undefined. */
export const answersOf = ({ kind, model }: PipelineSpec): string[] | undefined =>
  kind === 'estimator' ? estimatorOf(model).classes?.(model) : undefined;

/** What the model takes, as far as the profile tells: where categories or terms decide a width, the widest that it may be. */
export function inputOf(features: readonly FeatureSpec[], profile: DatasetProfile): InputShapes {
  const places = features.map((feature) => ({
    column: featureName(feature),
    // an imputed constant may be one more
    shape: chainShape(feature, distinctOf(profile, feature.column) + 1),
  }));
  return { inputShape: stackShapes(places.map(({ shape }) => shape)), features: places };
}

const distinctOf = ({ columns }: DatasetProfile, name: string): number =>
  columns.find((column) => column.name === name)?.distinct ?? 1;

function checkEstimator(spec: EstimatorPipeline, profile: DatasetProfile): void {
  const { multiplyAdds, fitting } = estimatorCost(spec, profile);
  const values = profile.rows * sizeOf(inputOf(spec.features, profile).inputShape);
  const advice = 'use fewer columns, or steps that make fewer numbers of them';
  if (values > VALUES_MOST) throw tooLarge(`has ${show(values)} numbers to learn from`, VALUES_MOST, advice);
  if (multiplyAdds > MULTIPLY_ADDS_MOST || fitting > FITTING_MOST) {
    throw tooLarge(
      `takes ${show(fitting)} operations to learn`,
      FITTING_MOST,
      `use fewer trees or rounds, or ${advice}`,
    );
  }
}

/** Whether the model can be traced, and is of a size that can be trained. */
function checkModel(spec: NetworkPipeline, profile: DatasetProfile): void {
  const { training } = spec;
  const { parameters, values, multiplyAdds } = modelCost(spec, profile);
  outputTask(spec.task).checkModel?.(spec.model, bodyOf(spec, profile), askedOf(spec));
  if (parameters > PARAMETERS_MOST) {
    const advice = 'use fewer units or filters, or pooling before "flatten"';
    throw tooLarge(`has ${show(parameters)} parameters`, PARAMETERS_MOST, advice);
  }
  if (multiplyAdds > MULTIPLY_ADDS_MOST) {
    const advice = 'use fewer filters, smaller windows or smaller pictures';
    throw tooLarge(`takes ${show(multiplyAdds)} multiply-adds a row`, MULTIPLY_ADDS_MOST, advice);
  }
  const batch = Math.min(training.batchSize, profile.rows);
  if (values * batch > VALUES_MOST) {
    const advice = `lower the batch size, which is ${training.batchSize}, or use fewer filters`;
    throw tooLarge(`makes ${show(values * batch)} values for a batch of ${batch} rows`, VALUES_MOST, advice);
  }
}

const tooLarge = (what: string, most: number, advice: string): AppError =>
  new AppError('invalid_pipeline', `the model ${what}; at most ${show(most)} are accepted: ${advice}`);

const show = (count: number) => count.toLocaleString('en-US');

function checkFeature(feature: FeatureSpec, { target, task }: PipelineSpec, profile: DatasetProfile): void {
  if (feature.column === target && feature.history === undefined)
    throw refuse(
      feature,
      'the target cannot be a feature; remove it from the features, or let it look back with a "history"',
    );
  const column = profile.columns.find(({ name }) => name === feature.column);
  if (!column) {
    const names = profile.columns.map(({ name }) => `"${name}"`).slice(0, 20);
    throw refuse(feature, `the data has no such column; it has ${names.join(', ')}`);
  }
  const { takesMissing } = checkChain(feature, column.type);
  if (feature.history !== undefined) checkHistory(feature, column, profile);
  if (column.missing > 0 && !takesMissing) {
    throw refuse(
      feature,
      `it has no value in ${column.missing} of ${profile.rows} rows; put the step "impute" first`,
    );
  }
  for (const step of feature.steps) {
    if (step.type === 'target' && !isSupervised(task)) {
      throw refuse(feature, `the step "target" needs answers to learn from, and ${task} has none`);
    }
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

function checkHistory(feature: FeatureSpec, { missing }: ColumnProfile, { rows }: DatasetProfile): void {
  const { history = 0, steps } = feature;
  if (missing > 0)
    throw refuse(feature, `it has no value in ${missing} rows, and a history must not have gaps`);
  if (history * 2 > rows) {
    throw refuse(
      feature,
      `its history is ${history} rows, and the data has ${rows}; at most half may be looked back`,
    );
  }
  for (const step of steps) {
    const back =
      step.type === 'lags'
        ? Math.max(...step.lags)
        : step.type === 'windows'
          ? Math.max(...step.sizes)
          : step.type === 'differences'
            ? Math.max(...step.over) + 1
            : 0;
    if (back > history) {
      throw refuse(
        feature,
        `the step "${step.type}" looks back ${back} rows, and its "history" is ${history}; make that ${back}`,
      );
    }
  }
}

const typeOf = (profile: DatasetProfile, column: string) =>
  profile.columns.find(({ name }) => name === column)?.type;

function refuse({ column }: FeatureSpec, why: string): AppError {
  return new AppError('invalid_pipeline', `column "${column}": ${why}`, { details: { column } });
}
