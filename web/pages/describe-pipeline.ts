/** A pipeline in plain words: what becomes of each column, what the model is, how it is trained and judged. */
import { isNetwork, type NetworkPipeline, type PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { estimatorOf } from '../../shared/estimators/estimator-of.ts';
import { stepOf } from '../../shared/pipeline/steps/step-of.ts';
import { percent, plural } from '../ui/format.ts';

export interface Sentence {
  title: string;
  text: string;
}

type Step = PipelineSpec['features'][number]['steps'][number];
type BlockSpec = NetworkPipeline['model'][number];

export function describePipeline(spec: PipelineSpec): Sentence[] {
  const { split } = spec;
  const used = 1 - split.validation - split.test;
  return [
    { title: 'Goal', text: GOALS[spec.task](spec.target) },
    { title: 'Features', text: describeFeatures(spec) },
    { title: 'Model', text: describeModel(spec) },
    ...(isNetwork(spec) ? [{ title: 'Training', text: describeTraining(spec) }] : []),
    {
      title: 'Check',
      text: `Learns from ${percent(used, 0)} of the rows, watches itself on ${percent(split.validation, 0)}, and is judged on ${percent(split.test, 0)} that it never sees.`,
    },
  ];
}

const GOALS: Readonly<Record<PipelineSpec['task'], (target: string) => string>> = {
  classification: (target) =>
    `Learns to tell which “${target}” a row belongs to, with a probability for each.`,
  regression: (target) => `Learns to predict the number “${target}”.`,
  translation: (target) => `Learns to answer with the text “${target}”, token by token.`,
  'object-detection': (target) =>
    `Learns to find what the “${target}” are drawn around, and answers with a box and a score for each.`,
  clustering: (target) => `Finds groups of rows that are alike, and answers with the “${target}” of a row.`,
  'anomaly-detection': (target) =>
    `Learns what rows usually look like, and answers as “${target}” whether one is unusual.`,
  'image-generation': (target) =>
    `Learns what the pictures look like, and makes new ones: one “${target}” for each seed.`,
};

/** Columns that are treated alike share a sentence. */
function describeFeatures({ features }: PipelineSpec): string {
  const groups = new Map<string, string[]>();
  for (const { column, steps } of features) {
    const treatment = steps.map(describeStep).join(', then ') || 'taken as it is';
    groups.set(treatment, [...(groups.get(treatment) ?? []), column]);
  }
  return [...groups].map(([treatment, columns]) => `${listOf(columns)}: ${treatment}.`).join(' ');
}

function listOf(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function describeStep(step: Step): string {
  if (step.type === 'impute') {
    const fill = step.strategy === 'constant' ? `“${step.value ?? ''}”` : `the ${WORDS[step.strategy]} value`;
    return `gaps filled with ${fill}`;
  }
  if (step.type === 'image') {
    return `pictures brought to ${step.width} × ${step.height}, ${step.channels === 1 ? 'grey' : 'colour'}`;
  }
  if (step.type === 'spectrogram' || step.type === 'mfcc') {
    return `the loudest ${step.seconds} s, ${inMidSentence(stepOf(step).summary)}`;
  }
  return STEP_WORDS[step.type] ?? inMidSentence(stepOf(step).summary);
}
const inMidSentence = (sentence: string): string =>
  sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');

const WORDS = {
  mean: 'mean',
  median: 'middle',
  mode: 'most frequent',
  'out-of-range': 'same, far-off',
};
/** Shorter than the step's own summary. */
const STEP_WORDS: Partial<Record<Step['type'], string>> = {
  standardise: 'brought to a common scale',
  minmax: 'scaled to 0 … 1',
  onehot: 'one input for each value',
  tfidf: 'one input for each of its most frequent words',
  tokens: 'its words by their numbers',
};

function describeTraining({ training: { epochs, earlyStopping } }: NetworkPipeline): string {
  const stop = earlyStopping
    ? `, fewer if it has not become better for ${plural(earlyStopping.patience, 'epoch')}; the best weights are kept`
    : '';
  return `Up to ${plural(epochs, 'epoch')}${stop}.`;
}

function describeModel(spec: PipelineSpec): string {
  if (!isNetwork(spec)) {
    const { type, ...parameters } = spec.model;
    const { title, summary } = estimatorOf(spec.model);
    const shown = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
    return `${title}: ${summary} ${shown.join(', ')}.`;
  }
  const { model } = spec;
  if (model.length === 0) return 'A linear model: each input has one weight.';
  return `A small neural network: ${model.map(describeBlock).join(' → ')}.`;
}

function describeBlock(block: BlockSpec): string {
  if (block.type === 'dense') return plural(block.units, 'unit');
  if (block.type === 'conv2d')
    return `${plural(block.filters, 'filter')} of ${block.kernelSize} × ${block.kernelSize}`;
  if (block.type === 'max-pooling2d') return `shrink by ${block.size}`;
  if (block.type === 'dropout') return `dropout ${percent(block.rate, 0)}`;
  return block.type.replaceAll('-', ' ');
}
