/** A definition while it is being written: as far as its text can be read, and what is wrong with it. */
import { bodyOf } from '../../shared/definition/check-pipeline.ts';
import { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { estimatorOf } from '../../shared/estimators/estimator-of.ts';
import { describeModel, type EntryDescription } from '../../shared/model/describe-model.ts';
import { parseJson } from '../../shared/parse-json.ts';
import { FeatureSpec } from '../../shared/pipeline/feature-spec.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import { count } from '../ui/format.ts';
import type { Block } from './block-graph.tsx';
import type { DraftEntry, DraftModel } from './edit-model.ts';
import type { DraftFeature } from './features-form.tsx';
import { type Schema, schemaOf } from './schema.ts';
import type { Fault } from './schema-form.tsx';

export interface Draft {
  kind?: string;
  features: readonly DraftFeature[];
  model: DraftModel | DraftEntry;
  [part: string]: unknown;
}

/** Keys of the nodes before and after the blocks. */
export const FEATURES = 'features';
export const OUTPUT = 'output';

/** Null where the text is no JSON, or has no features and model to be shown. */
export function readDraft(text: string): Draft | null {
  try {
    const draft = parseJson(text) as Draft;
    const isWhole = Array.isArray(draft?.features) && typeof draft.model === 'object' && draft.model !== null;
    return isWhole ? draft : null;
  } catch {
    return null;
  }
}

export const faultsOf = (draft: Draft): readonly Fault[] => PipelineSpec.safeParse(draft).error?.issues ?? [];

/** Of its parts: those of a network, or of an estimator. */
export function schemaFor({ kind }: Draft, part: 'training' | 'split' | 'model'): Schema {
  const kinds = schemaOf(PipelineSpec);
  const [network, estimator] = kinds.oneOf ?? kinds.anyOf ?? [];
  return (kind === 'estimator' ? estimator : network)!.properties![part]!;
}

/** The nodes of its graph, in order. */
export function blocksOf(draft: Draft, profile: DatasetProfile): Block[] {
  const features = FeatureSpec.array().safeParse(draft.features).data;
  const input = features && shapeOf({ ...draft, features } as PipelineSpec, profile);
  const first: Block = {
    key: FEATURES,
    title: 'features',
    detail: `${count(draft.features.length)} · gives ${input ? input.inputShape.join(' × ') : '?'}`,
    error: null,
    inputs: [],
  };
  const task = String(draft.task ?? '');
  const last = {
    key: OUTPUT,
    title: 'output and training',
    detail: `${task} of ${String(draft.target ?? '')}`,
    error: null,
  };
  if (!Array.isArray(draft.model)) {
    const { title } = estimatorOf(draft.model as Parameters<typeof estimatorOf>[0]) ?? { title: 'unknown' };
    const block = {
      key: '0',
      title,
      detail: (draft.model as DraftEntry).type,
      error: null,
      inputs: [FEATURES],
    };
    return [first, block, { ...last, inputs: ['0'] }];
  }
  const entries = describeModel(draft.model, input ?? { inputShape: [1] });
  const keyOf = (name: string): string => {
    const place = entries.findIndex(({ id }) => id === name);
    return place < 0 ? FEATURES : String(place);
  };
  return [
    first,
    ...entries.map((entry, place) => ({
      key: String(place),
      title: entry.id.startsWith(entry.type) ? entry.type : `${entry.id} · ${entry.type}`,
      detail: input ? told(entry) : 'the features come first',
      error: input ? entry.error : null,
      inputs: entry.inputs.map(keyOf),
    })),
    { ...last, inputs: [entries.length > 0 ? String(entries.length - 1) : FEATURES] },
  ];
}

const told = ({ shape, parameters }: EntryDescription): string =>
  `${shape ? shape.join(' × ') || '1' : '?'}${parameters > 0 ? ` · ${count(parameters)} to learn` : ''}`;

function shapeOf(spec: PipelineSpec, profile: DatasetProfile) {
  try {
    return bodyOf(spec, profile);
  } catch {
    return null; // what does not fit there is said as the draft's problem
  }
}
