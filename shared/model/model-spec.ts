/**
 * A model's hidden blocks: a list in the order in which they run, each of which takes the entry before, or names what it takes.
 * The output head follows from the task (`trace-model.ts`).
 */
import * as z from 'zod';
import { backbones } from './backbones/list.ts';
import type { Block } from './block.ts';
import { blocks } from './blocks/list.ts';
import { linkProblems, MODEL_LINKS } from './model-links.ts';

type Linked<P> = P extends z.ZodObject<infer S, infer C> ? z.ZodObject<S & typeof MODEL_LINKS, C> : never;
type EntriesOf<T extends readonly { params: unknown }[]> = {
  -readonly [K in keyof T]: Linked<T[K]['params']>;
};

/** A block, or a backbone, with its parameters and, where it does not simply follow the one before, its name and its inputs. */
export const BlockSpec = z.discriminatedUnion(
  'type',
  [...blocks, ...backbones].map(({ params }) => params.extend(MODEL_LINKS)) as unknown as [
    ...EntriesOf<typeof blocks>,
    ...EntriesOf<typeof backbones>,
  ],
);
export type BlockSpec = z.infer<typeof BlockSpec>;

export const ModelSpec = z
  .array(BlockSpec)
  .max(512)
  .superRefine((model, context) => {
    for (const { path, message } of linkProblems(model)) context.addIssue({ code: 'custom', path, message });
  });
export type ModelSpec = z.infer<typeof ModelSpec>;

const blocksByType = new Map<string, Block>(blocks.map((block) => [block.type, block as unknown as Block]));

/** The block that a spec names, which is no backbone; `BlockSpec` has checked that there is one. */
export const blockOf = (spec: Pick<BlockSpec, 'type'>): Block<BlockSpec> =>
  blocksByType.get(spec.type)! as unknown as Block<BlockSpec>;
