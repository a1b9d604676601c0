/** Definitions that cannot be meant: each is refused with the place, and nothing of it gets anywhere. */
import { expect, it } from 'vitest';
import { cloudsSpec } from '../train/train-fixtures.ts';
import { PipelineSpec } from './pipeline-spec.ts';

const good = cloudsSpec();
/** With keys that an object literal cannot have. */
const withText = (find: string, replacement: string) => () =>
  JSON.parse(JSON.stringify(good).replace(find, replacement));
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

it.each<[string, () => unknown, string]>([
  ['lists in lists, and nothing else', () => nested(1e6), ': Invalid input: expected object, received array'],
  [
    'a block of lists in lists',
    () => ({ ...good, model: nested(1e5) }),
    'model.0: Invalid input: expected object',
  ],
  ['a prototype', withText('{', '{"__proto__":{"polluted":1},'), ': Unrecognized key: "__proto__"'],
  ['a constructor', withText('{', '{"constructor":{"prototype":{}},'), ': Unrecognized key: "constructor"'],
  [
    'a prototype in a block',
    withText('"units":8', '"units":8,"__proto__":{}'),
    'model.0: Unrecognized key: "__proto__"',
  ],
  [
    'a million features',
    () => ({ ...good, features: Array(1e6).fill(good.features[0]) }),
    'features: Too big: expected array to have <=10000 items',
  ],
  ['a million blocks', () => ({ ...good, model: Array(1e6).fill({ type: 'flatten' }) }), 'model: Too big'],
  ['a name of ten million letters', () => ({ ...good, target: 'x'.repeat(1e7) }), 'target: Too big'],
  [
    'tokens of a target that is no text',
    () => ({ ...good, targetTokens: { length: 8 } }),
    'targetTokens: classification says no texts; leave it out',
  ],
  [
    'a mean error of texts',
    () => ({ ...good, task: 'translation', training: { ...good.training, loss: { type: 'mse' } } }),
    'training.loss: the loss "mse" is not for translation; use cross-entropy, focal',
  ],
  [
    'a circle',
    () => ({
      ...good,
      model: [
        { type: 'dense', units: 2, id: 'a', inputs: ['b'] },
        { type: 'dense', units: 2, id: 'b' },
      ],
    }),
    'model.0.inputs.0: no entry before this one is named "b"',
  ],
  [
    'a kind that there is not',
    () => ({ ...good, kind: 'wizard' }),
    "kind: Invalid discriminator value. Expected 'network'",
  ],
  [
    'an estimator that there is not',
    () => ({ ...good, kind: 'estimator', model: { type: 'svm' }, training: { seed: 1 } }),
    "model.type: Invalid discriminator value. Expected 'gradient-boosting' | 'random-forest'",
  ],
  [
    'an estimator with epochs',
    () => ({ ...good, kind: 'estimator', model: { type: 'random-forest' } }),
    'training: Unrecognized keys: "epochs", "batchSize", "optimizer", "earlyStopping"',
  ],
  [
    'a look back over a million rows',
    () => ({ ...good, features: [{ column: 'a', history: 1e6, steps: [] }] }),
    'features.0.history: Too big',
  ],
])('refuses %s', (_, make, message) => {
  const { issues } = PipelineSpec.safeParse(make()).error!;
  expect(`${issues[0]!.path.join('.')}: ${issues[0]!.message}`).toContain(message);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
