/** Instances to predict for: from JSON text, or from `-i feature=value` pairs read by the types of the model's inputs. */
import { readFile } from 'node:fs/promises';
import { AppError } from '../shared/errors.ts';
import { parseJson } from '../shared/parse-json.ts';
import type { InputField, Instance } from '../shared/schema/prediction.ts';
import { badUsage } from './failure.ts';

/** One object, an array of them, or {"instances":[…]}. `where` names the text in errors. */
export function instancesOf(text: string, where: string): Instance[] {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (error instanceof AppError) throw badUsage(`${where}: ${error.message}`);
    throw badUsage(
      `${where} is not JSON: ${(error as Error).message}`,
      'expected {"feature": value}, an array of those, or {"instances": […]}',
    );
  }
  if (isObject(value) && Array.isArray(value.instances)) value = value.instances;
  const list = Array.isArray(value) ? value : [value];
  const wrong = list.findIndex((one) => !isObject(one));
  if (list.length === 0)
    throw badUsage(`${where} holds no instance: expected at least one {"feature": value}`);
  if (wrong >= 0) {
    throw badUsage(
      `${where}: instance ${wrong} is ${JSON.stringify(list[wrong])}: expected an object {"feature": value}`,
    );
  }
  return list as Instance[];
}

/** An empty value is a missing one. `@FILE` gives a picture or a sound. What is no number stays text, for the server to judge. */
export async function instanceOf(pairs: readonly string[], inputs: readonly InputField[]): Promise<Instance> {
  const instance: Instance = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at <= 0) throw badUsage(`-i "${pair}": expected feature=value`);
    const name = pair.slice(0, at);
    const text = pair.slice(at + 1);
    const type = inputs.find((field) => field.name === name)?.type;
    if (text === '') instance[name] = null;
    else if (type === 'number') instance[name] = Number.isFinite(Number(text)) ? Number(text) : text;
    else if (type === 'series') instance[name] = text.split(/[\s,;]+/).map(Number);
    else if ((type === 'image' || type === 'audio') && text.startsWith('@'))
      instance[name] = (await readFile(text.slice(1))).toString('base64');
    else instance[name] = text;
  }
  return instance;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
