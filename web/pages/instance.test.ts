import { describe, expect, it } from 'vitest';
import type { InputField } from '../../shared/schema/prediction.ts';
import { exampleValues, toInstance } from './instance.ts';

const inputs: InputField[] = [
  { type: 'number', name: 'mass', optional: false, min: 2700, max: 6300, example: 4050 },
  { type: 'category', name: 'sex', optional: true, categories: ['female', 'male'], example: 'male' },
];

describe('toInstance', () => {
  it('takes the examples as they are', () => {
    expect(toInstance(inputs, exampleValues(inputs))).toEqual({
      instance: { mass: 4050, sex: 'male' },
      faults: null,
    });
  });
  it('leaves empty optional fields out', () => {
    expect(toInstance(inputs, { mass: '3900', sex: '' }).instance).toEqual({ mass: 3900 });
  });
  it.each([
    ['', 'Needed'],
    ['heavy', 'A number, such as 4050'],
  ])('refuses mass %j', (mass, fault) => {
    expect(toInstance(inputs, { mass, sex: 'male' })).toEqual({ instance: null, faults: { mass: fault } });
  });
});
