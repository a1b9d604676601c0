import { expect, it } from 'vitest';
import { formatEpoch } from './format-epoch.ts';

const values = {
  train: { loss: 0.41236, throughput: 5210.4 },
  validation: { accuracy: 0.9, loss: 0.44 },
  test: {},
};

it('says what a person watches for', () => {
  expect(formatEpoch({ step: 90, epoch: 3, values }, { epochs: 20, etaMs: 12_345 })).toBe(
    'epoch  3/20  loss 0.4124  validation loss 0.44, accuracy 0.9  5,210 rows/s  12 s left',
  );
});

it('leaves out what is not known', () => {
  const bare = { train: {}, validation: { loss: 2 }, test: {} };
  expect(formatEpoch({ step: 90, epoch: 3, values: bare })).toBe('epoch 3  validation loss 2');
  expect(formatEpoch({ step: 90, epoch: 0.9, values: bare })).toBe('step 90  validation loss 2');
});
