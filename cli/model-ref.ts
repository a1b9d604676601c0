/** `penguins@3`, `penguins@champion`: a model version as it is written on the command line. */
import type * as z from 'zod';
import type { getModel } from '../shared/api/routes/models.ts';
import { Name } from '../shared/schema/id.ts';
import type { ModelVersion } from '../shared/schema/model.ts';
import { badUsage } from './failure.ts';

export interface ModelRef {
  model: string;
  /** A number or an alias. */
  version: number | string;
}

export function parseModelRef(text: string): ModelRef {
  const [model = '', version = '', ...rest] = text.split('@');
  const valid = rest.length === 0 && Name.safeParse(model).success && Name.safeParse(version).success;
  if (!valid)
    throw badUsage(
      `"${text}" is not a model version: expected MODEL@VERSION, such as penguins@1 or penguins@champion`,
    );
  return { model, version: /^[1-9]\d*$/.test(version) ? Number(version) : version };
}

export function pickVersion(
  model: z.output<typeof getModel.reply & {}>,
  { version }: ModelRef,
): ModelVersion {
  const number = typeof version === 'number' ? version : model.aliases[version];
  const found = model.versions.find((one) => one.version === number);
  if (found) return found;
  const aliases = Object.keys(model.aliases);
  const known = [...model.versions.map((one) => one.version), ...aliases].join(', ');
  throw badUsage(`${model.name} has no version "${version}": expected one of ${known}`);
}
