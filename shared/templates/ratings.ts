/**
 * Recommendation from ratings: matrix factorisation as a network. Each user and each item has a vector that is learnt; where the two
 * point the same way, the rating is high. Other columns, such as tags of the item, join in: a hybrid.
 */
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import type { ColumnProfile, DatasetProfile } from '../schema/dataset.ts';
import type { Template } from './template.ts';
import { splitFor, trainingFor } from './training-defaults.ts';

const USER = /^(user|customer|person|member|reader|viewer|listener|account|client)([ _-]?(id|name))?$/i;
const ITEM =
  /^(item|product|movie|film|book|song|track|place|restaurant|article|game|show|course)([ _-]?(id|name))?$/i;

export const ratings: Template = {
  name: 'ratings',
  title: 'Recommendation',
  summary: 'Learns the taste of each user and the character of each item, and says how well they match.',
  needs: 'A row for each rating, with a user, an item and the rating as a number.',
  limits: 'Of users and items that it has never seen it knows only what the other columns say.',
  insight: 'none',
  misfit({ profile, target, task }) {
    if (!pairOf(profile, target)) return 'needs a column of users and one of items, named so';
    return task === 'regression' ? null : 'predicts ratings as numbers; choose the task regression';
  },
  build({ profile, target, task, features }) {
    const [user, item] = pairOf(profile, target)!;
    const others = features.filter(({ column }) => column !== user.name && column !== item.name);
    // with few ratings most of what can be learnt is who rates mildly and what is liked by all
    const [size, rate] = profile.rows < 5000 ? [8, 0.8] : [32, 0.3];
    const embed = ({ name, distinct }: ColumnProfile, as: string, width: number) => [
      // one more for those who are yet to come
      {
        type: 'embedding' as const,
        id: `${as}-rows`,
        inputs: [`feature:${name}`],
        count: distinct + 1,
        size: width,
      },
      { type: 'flatten' as const, id: as, inputs: [`${as}-rows`] },
    ];
    const ordinal = ({ name }: ColumnProfile): FeatureSpec => ({
      column: name,
      steps: [{ type: 'ordinal' }],
    });
    return {
      schemaVersion: 1,
      task,
      target,
      features: [ordinal(user), ordinal(item), ...others],
      rankWithin: user.name,
      model: [
        ...embed(user, 'taste', size),
        ...embed(item, 'character', size),
        { type: 'multiply', id: 'match', inputs: ['taste', 'character'] },
        { type: 'dropout', rate, id: 'some-of-it', inputs: ['match'] },
        ...embed(user, 'mildness', 1),
        ...embed(item, 'renown', 1),
        {
          type: 'concatenate',
          inputs: ['some-of-it', 'mildness', 'renown', ...others.map(({ column }) => `feature:${column}`)],
        },
      ],
      split: splitFor(profile.rows),
      training: { ...trainingFor(profile.rows, 100, 5e-3), earlyStopping: { patience: 8 } },
    };
  },
};

/** The columns of users and of items. */
function pairOf({ columns }: DatasetProfile, target: string): [ColumnProfile, ColumnProfile] | null {
  const fits = (pattern: RegExp) =>
    columns.find(
      ({ name, type, missing, distinctCapped }) =>
        name !== target &&
        pattern.test(name) &&
        (type === 'number' || type === 'category') &&
        missing === 0 &&
        !distinctCapped,
    );
  const user = fits(USER);
  const item = fits(ITEM);
  return user && item ? [user, item] : null;
}
