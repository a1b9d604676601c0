/**
 * What a model is trained to do with a batch. The usual: give each row's answer. Others make their own task of the rows: to bring them
 * back from a few numbers, or from noise; or to say the next word. Each of those is one file here and one line in `list.ts`.
 */
import type { Ops, TensorRef } from '../../graph/ops.ts';
import type { LossSpec } from '../losses/list.ts';

export interface ObjectiveScope {
  ops: Ops;
  /** The rows' features [batch, …row]. */
  x: TensorRef;
  /** Their answers [batch, …target]; without this call the graph has no such input. */
  target(): TensorRef;
  /** Numbers of the groups that rows are ranked within, float32 [batch]; likewise. */
  group(): TensorRef;
  /** The network with its head, for what its body takes. */
  model(x: TensorRef): TensorRef;
  /** `losses` [batch], and what the network's blocks have added to them. */
  withAdded(losses: TensorRef): TensorRef;
  /** Number of the training step, int32 []: what randomness is counted by. In an evaluation always the same. */
  step(): TensorRef;
  seed: number;
  loss: LossSpec;
}

export interface Objective {
  /** Losses [batch], to which what blocks add still comes. */
  losses(scope: ObjectiveScope): TensorRef;
  /**
   * What an evaluation takes off the device for each row [batch, k], of which the first is its loss. Absent: the model's output, which
   * the loss is worked out from on the host.
   */
  digest?(scope: ObjectiveScope): TensorRef;
  /** What a prediction takes off the device for each row [batch, …], of `x` as the body takes it. Absent: the model's output. */
  answer?(scope: Pick<ObjectiveScope, 'ops' | 'x' | 'model'>): TensorRef;
}
