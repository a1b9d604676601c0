/** A definition as a person writes it, checked against the data as far as can be told before training. */
import { checkPipeline } from '../../shared/definition/check-pipeline.ts';
import { isNetwork, PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { upgradeSpec } from '../../shared/definition/upgrade-spec.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { parseJson } from '../../shared/parse-json.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';

export type Definition = ({ spec: PipelineSpec; problem: null } | { spec: null; problem: string }) & {
  /** The model's entries, as far as they can be read. */
  model: readonly unknown[] | null;
};

export const writeDefinition = (spec: PipelineSpec): string => JSON.stringify(spec, null, 2);

/** `problem` names the place: `model.2.units: …`. */
export function readDefinition(text: string, profile: DatasetProfile, target: string): Definition {
  let value: unknown;
  const refuse = (problem: string): Definition => {
    const model = (value as { model?: unknown } | null | undefined)?.model;
    return { spec: null, problem, model: Array.isArray(model) ? model : null };
  };
  try {
    value = parseJson(text);
  } catch (error) {
    return refuse(error instanceof AppError ? error.message : `This is not JSON: ${messageOf(error)}`);
  }
  try {
    value = upgradeSpec(value);
  } catch (error) {
    return refuse(messageOf(error));
  }
  const { data: spec, error } = PipelineSpec.safeParse(value);
  if (!spec) {
    const [issue] = error.issues;
    return refuse(`${issue!.path.join('.') || 'the definition'}: ${issue!.message}`);
  }
  if (spec.target !== target) return refuse(`target: it is "${spec.target}"; this page is about "${target}"`);
  try {
    checkPipeline(spec, profile);
    return { spec, problem: null, model: isNetwork(spec) ? spec.model : null };
  } catch (problem) {
    if (!(problem instanceof AppError)) throw problem;
    return refuse(problem.message);
  }
}
