/** A graph of models from a JSON file or stdin (`-`), or a refusal that names the field. */
import { messageOf } from '../shared/errors.ts';
import { parseJson } from '../shared/parse-json.ts';
import { InferenceGraph } from '../shared/schema/inference-graph.ts';
import { badUsage } from './failure.ts';
import { readText } from './read-text.ts';

export async function readGraph(path: string): Promise<InferenceGraph> {
  const text = await readText(path).catch(() => {
    throw badUsage(`no such file: ${path}`);
  });
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw badUsage(`${path} is not JSON: ${messageOf(error)}`);
  }
  const { data, error } = InferenceGraph.safeParse(value);
  if (data) return data;
  const issue = error.issues[0]!;
  throw badUsage(`${path} is not a graph of models: ${issue.path.join('.') || 'the file'}: ${issue.message}`);
}
