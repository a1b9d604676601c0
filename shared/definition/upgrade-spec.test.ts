import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.doUnmock('./migrations/list.ts');
  vi.resetModules();
});

async function upgrading(migrations: unknown[]) {
  vi.resetModules();
  vi.doMock('./migrations/list.ts', () => ({ migrations }));
  return (await import('./upgrade-spec.ts')).upgradeSpec;
}

it('a definition of an older version goes through each migration from its own on', async () => {
  const upgradeSpec = await upgrading([
    ({ optimiser, ...rest }: Record<string, unknown>) => ({ ...rest, training: { optimizer: optimiser } }),
    (spec: Record<string, unknown>) => ({ ...spec, notes: 'none' }),
  ]);
  const old = { schemaVersion: 1, target: 'y', optimiser: 'adam' };
  expect(upgradeSpec(old)).toEqual({
    schemaVersion: 3,
    target: 'y',
    training: { optimizer: 'adam' },
    notes: 'none',
  });
  expect(old).toEqual({ schemaVersion: 1, target: 'y', optimiser: 'adam' });
  expect(upgradeSpec({ schemaVersion: 2, target: 'y' })).toEqual({
    schemaVersion: 3,
    target: 'y',
    notes: 'none',
  });
  const newest = { schemaVersion: 3 };
  expect(upgradeSpec(newest)).toBe(newest);
});

it('one of a version to come is refused with what to do, and what is none is left to the schema', async () => {
  const upgradeSpec = await upgrading([]);
  expect(() => upgradeSpec({ schemaVersion: 2 })).toThrow(
    'schemaVersion: the definition is of version 2, and this Trainyard reads up to 1; update it',
  );
  for (const value of [
    null,
    7,
    'x',
    [],
    {},
    { schemaVersion: '1' },
    { schemaVersion: 0 },
    { schemaVersion: 1.5 },
  ]) {
    expect(upgradeSpec(value)).toBe(value);
  }
});
