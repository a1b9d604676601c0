/** A model's hidden blocks, in order. The output head follows from the task (`trace-model.ts`). */
import { z } from 'zod';
import type { Block } from './block.ts';
import { blocks } from './blocks/list.ts';

type ParamsOf<T extends readonly Pick<Block, 'params'>[]> = { -readonly [K in keyof T]: T[K]['params'] };

export const BlockSpec = z.discriminatedUnion(
  'type',
  blocks.map((block) => block.params) as unknown as ParamsOf<typeof blocks>,
);
export type BlockSpec = z.infer<typeof BlockSpec>;

export const ModelSpec = z.array(BlockSpec).max(64);
export type ModelSpec = z.infer<typeof ModelSpec>;

const blocksByType = new Map<string, Block>(blocks.map((block) => [block.type, block as unknown as Block]));

/** The block that a spec names; `BlockSpec` has checked that there is one. */
export const blockOf = (spec: BlockSpec): Block<BlockSpec> =>
  blocksByType.get(spec.type)! as Block<BlockSpec>;
