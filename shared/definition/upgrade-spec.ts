/** A definition from anywhere, brought to the version of today before it is checked. */
import { AppError } from '../errors.ts';
import { migrations } from './migrations/list.ts';

/** What is no definition, or says no version, stays as it is. Throws AppError `unsupported` for one of a version to come. */
export function upgradeSpec(value: unknown): unknown {
  const newest = migrations.length + 1;
  const given = (value as { schemaVersion?: unknown } | null | undefined)?.schemaVersion;
  if (!Number.isInteger(given) || (given as number) < 1) return value;
  if ((given as number) > newest) {
    throw new AppError(
      'unsupported',
      `schemaVersion: the definition is of version ${given}, and this Trainyard reads up to ${newest}; update it`,
    );
  }
  let spec = value as Record<string, unknown>;
  for (let version = given as number; version < newest; version++) {
    spec = { ...migrations[version - 1]!(spec), schemaVersion: version + 1 };
  }
  return spec;
}
