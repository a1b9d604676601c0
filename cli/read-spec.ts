/** A pipeline definition from a JSON file, or a refusal that names the field. */
import { readFile } from 'node:fs/promises';
import { PipelineSpec } from '../shared/definition/pipeline-spec.ts';
import { upgradeSpec } from '../shared/definition/upgrade-spec.ts';
import { AppError } from '../shared/errors.ts';
import { parseJson } from '../shared/parse-json.ts';
import { badUsage } from './failure.ts';

export async function readSpec(path: string): Promise<PipelineSpec> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw badUsage(`no such file: ${path}`);
  });
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const what = error instanceof AppError ? 'is not a pipeline definition' : 'is not JSON';
    throw badUsage(`${path} ${what}: ${(error as Error).message}`);
  }
  const { data, error } = PipelineSpec.safeParse(upgradeSpec(value));
  if (data) return data;
  const issue = error.issues[0]!;
  throw badUsage(`${path} is not a pipeline definition: ${issue.path.join('.')}: ${issue.message}`);
}
