/** From a file's profile and the words of a command to the definition that is trained. */
import { existsSync } from 'node:fs';
import { checkPipeline } from '../shared/definition/check-pipeline.ts';
import { isNetwork, type PipelineSpec } from '../shared/definition/pipeline-spec.ts';
import { definitionFrom } from '../shared/import/definition-from.ts';
import type { DatasetProfile } from '../shared/schema/dataset.ts';
import type { Task } from '../shared/schema/task.ts';
import { advise, fromTemplate } from '../shared/templates/advise.ts';
import { suggestPipeline } from '../shared/templates/suggest-pipeline.ts';
import { badUsage } from './failure.ts';
import { importFile, type Uploadable } from './model-source.ts';
import { readSpec } from './read-spec.ts';
import { targetOf } from './target.ts';

/** Options of `train` that the definition hangs on. */
export interface SpecOptions {
  target: string | undefined;
  task: Task | undefined;
  template?: string;
  import?: string;
  until?: string;
  frozen?: boolean;
  epochs?: number;
  batchSize?: number;
  learningRate?: number;
  seed?: number;
}

/** The model that `--import` names. */
export async function importedBy({ import: file, until, frozen }: SpecOptions): Promise<Uploadable | null> {
  if (file !== undefined) return importFile(file, until);
  if (until !== undefined || frozen) throw badUsage(`${frozen ? '--frozen' : '--until'} goes with --import`);
  return null;
}

/** `available` tells which files of weights the server has; it is asked only where that matters. */
export async function specFor(
  profile: DatasetProfile,
  options: SpecOptions,
  weights: Uploadable | null,
  available: () => Promise<ReadonlySet<string>>,
): Promise<PipelineSpec> {
  const base = weights
    ? beginningWith(weights, profile, options)
    : await baseFor(profile, options, available);
  const spec = withNumbers(base, options);
  checkPipeline(spec, profile);
  return spec;
}

function withNumbers(base: PipelineSpec, options: SpecOptions): PipelineSpec {
  const { epochs, batchSize, learningRate, seed = base.training.seed } = options;
  if (!isNetwork(base)) {
    const given = Object.entries({
      '--epochs': epochs,
      '--batch-size': batchSize,
      '--learning-rate': learningRate,
    }).find(([, value]) => value !== undefined);
    if (given) {
      throw badUsage(
        `${given[0]} is for networks, and this is ${base.model.type}: its numbers stand in the definition's "model"`,
      );
    }
    return { ...base, training: { ...base.training, seed } };
  }
  const { training } = base;
  return {
    ...base,
    training: {
      ...training,
      epochs: epochs ?? training.epochs,
      batchSize: batchSize ?? training.batchSize,
      seed,
      optimizer: { ...training.optimizer, learningRate: learningRate ?? training.optimizer.learningRate },
    },
  };
}

/** The definition that the advisor would begin a network with, around an imported model. */
function beginningWith(
  { imported, sha256 }: Uploadable,
  profile: DatasetProfile,
  { target, task, template, frozen = false }: SpecOptions,
): PipelineSpec {
  if (template) throw badUsage('--template and --import both say what to train; give one');
  const question = { target: targetOf(profile, target, task), task };
  const base = advise(profile, question)
    .map(({ spec }) => spec)
    .find(isNetwork);
  if (!base) throw badUsage('there is no network for this data that a model could be imported into');
  return definitionFrom(imported, { sha256, frozen }, base, profile);
}

async function baseFor(
  profile: DatasetProfile,
  { template, target, task }: SpecOptions,
  available: () => Promise<ReadonlySet<string>>,
): Promise<PipelineSpec> {
  if (template && existsSync(template)) return readTemplate(template, { target, task });
  if (template && /[./\\]/.test(template)) throw badUsage(`no such file: ${template}`);
  const question = { target: targetOf(profile, target, task), task };
  if (template) return fromTemplate(template, profile, question);
  // only pictures have templates that begin with weights
  const weights = profile.columns.some(({ type }) => type === 'image')
    ? await available()
    : new Set<string>();
  return suggestPipeline(profile, { ...question, weights });
}

async function readTemplate(
  path: string,
  { target, task }: Pick<SpecOptions, 'target' | 'task'>,
): Promise<PipelineSpec> {
  const spec = await readSpec(path);
  if (target !== undefined && target !== spec.target)
    throw badUsage(`--target ${target}: the template's target is ${spec.target}`);
  if (task !== undefined && task !== spec.task)
    throw badUsage(`--task ${task}: the template's task is ${spec.task}`);
  return spec;
}
