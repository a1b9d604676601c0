/** A pipeline definition from a JSON file, or a refusal that names the field. */
import { readFile } from 'node:fs/promises';
import { PipelineSpec } from '../shared/definition/pipeline-spec.ts';
import { upgradeSpec } from '../shared/definition/upgrade-spec.ts';
import { badUsage } from './failure.ts';

export async function readSpec(path: string): Promise<PipelineSpec> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw badUsage(`no such file: ${path}`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badUsage(`${path} is not JSON: ${(error as Error).message}`);
  }
  const { data, error } = PipelineSpec.safeParse(upgradeSpec(value));
  if (data) return data;
  const issue = error.issues[0]!;
  throw badUsage(`${path} is not a pipeline definition: ${issue.path.join('.')}: ${issue.message}`);
}
