/** A model with each backbone written out as its blocks, which is what is traced, exported and trained. */
import { entryName } from '../model-links.ts';
import { type BlockSpec, blockOf, type ModelSpec } from '../model-spec.ts';
import type { Backbone } from './backbone.ts';
import { backbones } from './list.ts';

const backbonesByType = new Map<string, Backbone>(
  backbones.map((backbone) => [backbone.type, backbone as unknown as Backbone]),
);

export const backboneOf = ({ type }: { type: string }): Backbone | undefined => backbonesByType.get(type);

/** Names stay as they are; the blocks of a backbone are named `BACKBONE_BLOCK`, but its last, which bears the backbone's own. */
export function expandModel(model: ModelSpec): ModelSpec {
  if (!model.some(backboneOf)) return model;
  return model.flatMap((entry, place) => {
    const name = entryName(entry, place);
    const backbone = backboneOf(entry);
    return backbone ? written(backbone, entry, name) : { ...entry, id: name };
  });
}

function written(backbone: Backbone, entry: BlockSpec, name: string): ModelSpec {
  const entries = backbone.expand(entry);
  const named = (id: string) => (id === entries.at(-1)!.id ? name : `${name}_${id}`);
  return entries.map(({ id, frozen, inputs, ...given }, i) => {
    const block = blockOf(given as { type: BlockSpec['type'] });
    return {
      ...block.params.parse(given),
      ...(i === 0 && entry.inputs && { inputs: entry.inputs }),
      ...(inputs && { inputs: inputs.map(named) }),
      id: named(id),
      ...((frozen || entry.frozen) && { frozen: true }),
    } as BlockSpec;
  });
}
