/** What a snapshot has, in the order in which pages show it. */
import { confusion } from './confusion.ts';
import { descent } from './descent.ts';
import { linearWeights } from './linear-weights.ts';
import type { SnapshotMaker } from './moment.ts';
import { samples } from './samples.ts';
import { surface } from './surface.ts';

export const snapshotMakers: readonly SnapshotMaker[] = [samples, confusion, surface, linearWeights, descent];
