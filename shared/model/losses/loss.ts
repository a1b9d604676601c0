/**
 * What a loss is: how wrong each row's output is, as graph, for training and for the validation curve alike. Each is one file
 * here and one line in `list.ts`.
 */
import type * as z from 'zod';
import type { Ops, TensorRef } from '../../graph/ops.ts';
import type { OutputSpec } from '../../schema/prediction.ts';

export interface Loss<P extends { type: string } = { type: string }> {
  type: P['type'];
  /** One sentence for people. */
  summary: string;
  task: OutputSpec['task'];
  params: z.ZodType<P>;
  /** It compares rows of one group: a batch holds rows of a group together, and `rows` is told which is of which. */
  ranks?: true;
  /**
   * Losses [batch]. Classification: `y` are logits [batch, classes], `target` class indices, int32 [batch]. Regression: both
   * are standardised values [batch]. Making pictures, object detection: see there. `group`: numbers of the groups, float32 [batch].
   */
  rows(ops: Ops, y: TensorRef, target: TensorRef, params: P, group?: TensorRef): TensorRef;
}
