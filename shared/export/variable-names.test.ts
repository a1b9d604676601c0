import { expect, it } from 'vitest';
import { variableNames } from './variable-names.ts';

it('names of layers become those of variables: none twice, and none that a language has for itself', () => {
  const names = variableNames([
    'dense_1',
    'side-way',
    'lambda',
    'dense-1',
    'feature_user id',
    'feature_客户',
  ]);
  expect([...names.values()]).toEqual([
    'dense_1',
    'side_way',
    'lambda_',
    'dense_1_',
    'feature_user_id',
    'feature___',
  ]);
});
