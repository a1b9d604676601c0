/** The short way must give the very bytes of the long one, or step aside. */
import { describe, expect, it, test } from 'vitest';
import { fitPipeline } from '../tasks/fit-pipeline.ts';
import { applyPipeline } from './apply-pipeline.ts';
import { compileRows } from './compile-rows.ts';
import type { FittedPipeline } from './fitted-pipeline.ts';
import { GOLDEN, type Golden } from './golden-for-tests.ts';
import { withHistories } from './histories.ts';
import { parseInstances } from './parse-instances.ts';
import { STEPS } from './steps/list.ts';

const fit = ({ spec, table, trainRows, vocabularies }: Golden): FittedPipeline =>
  fitPipeline(spec, withHistories(table, spec.features), trainRows, vocabularies);

/** Rows of a golden table as JSON, those of which the pipeline says nothing. */
function instancesOf({ table }: Golden, fitted: FittedPipeline): Record<string, unknown>[] {
  const all = Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(
      fitted.inputs.map(({ name }) => {
        const value = table.columns.get(name)?.values[row];
        return [name, Number.isNaN(value) ? null : value];
      }),
    ),
  );
  return all.filter((instance) => isAccepted(fitted, instance));
}

function isAccepted(fitted: FittedPipeline, instance: unknown): boolean {
  try {
    parseInstances(fitted, [instance]);
    return true;
  } catch {
    return false;
  }
}

/** Each golden table by itself, and each of its features. */
const cases = GOLDEN.flatMap((golden): Golden[] => [
  golden,
  ...golden.spec.features.map((feature) => ({
    ...golden,
    name: `${golden.name}: ${feature.name ?? feature.column}`,
    spec: { ...golden.spec, features: [feature] },
  })),
]);
const compiled = cases.filter((one) => compileRows(fit(one)));

test('every step has a short way, but those of sounds and histories', () => {
  const used = new Set(
    compiled.flatMap(({ spec }) => spec.features.flatMap(({ steps }) => steps.map(({ type }) => type))),
  );
  const lacking = STEPS.filter(({ type }) => !used.has(type)).map(({ type }) => type);
  expect(lacking).toEqual(['lags', 'windows', 'differences', 'spectrogram', 'mfcc']);
});

describe.each(compiled)('$name', (golden) => {
  const fitted = fit(golden);
  const write = compileRows(fitted)!;
  const width = fitted.outputShape.reduce((size, n) => size * n, 1);

  it('gives the same bytes', () => {
    const instances = instancesOf(golden, fitted);
    expect(instances.length).toBeGreaterThan(1);
    const out = new Float32Array(instances.length * width);
    for (const [row, instance] of instances.entries()) expect(write(instance, out, row * width)).toBe(true);
    const { data } = applyPipeline(fitted, parseInstances(fitted, instances));
    expect(new Uint8Array(out.buffer)).toEqual(new Uint8Array(data.buffer));
  });

  it('steps aside for what parseInstances refuses', () => {
    const [instance] = instancesOf(golden, fitted);
    const [{ name }] = fitted.inputs as [FittedPipeline['inputs'][0]];
    const wrong: unknown[] = [
      { ...instance, stranger: 1 },
      { ...instance, [name]: { deep: 1 } },
      { ...instance, [name]: Number.POSITIVE_INFINITY },
      { ...instance, [name]: true },
      [],
    ];
    for (const one of wrong) {
      expect(isAccepted(fitted, one)).toBe(false);
      expect(write(one as Record<string, unknown>, new Float32Array(width), 0)).toBe(false);
    }
  });
});

test('a negative zero is a zero, and what float32 cannot hold is for parseInstances to tell', () => {
  const golden = GOLDEN.find(({ name }) => name === 'numbers and categories')!;
  const fitted = fit({
    ...golden,
    spec: { ...golden.spec, features: [{ column: 'fare', steps: [{ type: 'log' }] }] },
  });
  const write = compileRows(fitted)!;
  const out = new Float32Array(1);
  expect(write({ fare: -0 }, out, 0)).toBe(true);
  expect(Object.is(out[0], 0)).toBe(true);
  const plain = compileRows({ ...fitted, features: [{ ...fitted.features[0]!, steps: [] }] })!;
  expect(plain({ fare: 1e300 }, out, 0)).toBe(false);
  expect(plain({ fare: 7 }, out, 0)).toBe(true);
  expect(out[0]).toBe(7);
});
