/** Biased matrix factorisation (Koren, Bell and Volinsky 2009): how much a user will like an item. */
import type { TensorRef } from '../../graph/ops.ts';
import { embedding } from './embedding.ts';
import { type LayerScope, within } from './scope.ts';

export interface MatrixFactorisationOptions {
  users: number;
  items: number;
  /** Elements of the vector of each user and item. */
  size: number;
}

/**
 * Ids of users and of items, int32 [batch] → [batch]: dot product + the user's bias + the item's. Parameters `user/table`
 * [users, size], `item/table` [items, size], `userBias` [users], `itemBias` [items].
 */
export function matrixFactorisation(
  scope: LayerScope,
  { user, item }: { user: TensorRef; item: TensorRef },
  { users, items, size }: MatrixFactorisationOptions,
): TensorRef {
  const { ops, parameter } = scope;
  const u = embedding(within(scope, 'user'), user, { count: users, size });
  const v = embedding(within(scope, 'item'), item, { count: items, size });
  const biases = ops.add(
    ops.gather(parameter('userBias', [users], 'zeros'), user),
    ops.gather(parameter('itemBias', [items], 'zeros'), item),
  );
  return ops.add(ops.sum(ops.multiply(u, v), { axes: [1] }), biases);
}
