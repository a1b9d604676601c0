/** What a generated program answers, beside what our own predictor does. */
import { expect } from 'vitest';
import type { Prediction } from '../../shared/schema/prediction.ts';
import type { Answer } from './run-generated.ts';

export function expectAnswers(given: Answer | undefined, expected: readonly Prediction[]): void {
  if (!Array.isArray(given)) throw new Error(given?.error ?? 'there is no answer');
  expect(given).toHaveLength(expected.length);
  for (const [i, one] of expected.entries()) expectClose(given[i]!, one);
}

function expectClose(given: Prediction, expected: Prediction): void {
  if ('value' in expected) {
    const { value } = given as { value: number };
    expect(Math.abs(value - expected.value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected.value)));
    return;
  }
  if (!('label' in expected)) throw new Error('exported code says no texts');
  const { probabilities } = given as typeof expected;
  expect(Object.keys(probabilities)).toEqual(Object.keys(expected.probabilities));
  for (const [label, share] of Object.entries(expected.probabilities))
    expect(Math.abs(probabilities[label]! - share), label).toBeLessThan(1e-5);
}
