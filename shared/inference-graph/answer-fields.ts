/** What can be said of an answer by name, in conditions and as the input of a later model. */
import type { OutputSpec, Prediction } from '../schema/prediction.ts';

export type AnswerField =
  | { type: 'number' }
  /** `among`: all that it can be, where that is known. */
  | { type: 'text'; among?: readonly string[] }
  | { type: 'image' };

const NUMBER: AnswerField = { type: 'number' };
const PROBABILITY = 'probabilities.';

/** Of a model with this output, by name; `probabilities.CLASS` stands for each class. */
export function answerFields(output: OutputSpec): Record<string, AnswerField> {
  switch (output.task) {
    case 'classification':
      return {
        label: { type: 'text', among: output.classes },
        confidence: NUMBER,
        ...Object.fromEntries(output.classes.map((name) => [PROBABILITY + name, NUMBER])),
      };
    case 'regression':
      return { value: NUMBER };
    case 'translation':
      return { text: { type: 'text' }, score: NUMBER };
    case 'image-generation':
      return { image: { type: 'image' } };
    case 'object-detection':
      return { label: { type: 'text' }, score: NUMBER, count: NUMBER };
  }
}

/** `confidence`: the greatest probability. Of boxes `label` and `score` are those of the surest, and `count` is how many there are. */
export function readAnswer(prediction: Prediction, field: string): unknown {
  if ('probabilities' in prediction) {
    if (field === 'confidence') return Math.max(...Object.values(prediction.probabilities));
    if (field.startsWith(PROBABILITY)) return prediction.probabilities[field.slice(PROBABILITY.length)] ?? 0;
  }
  if ('boxes' in prediction) {
    const [surest] = prediction.boxes;
    if (field === 'count') return prediction.boxes.length;
    if (field === 'label') return surest?.label ?? '';
    if (field === 'score') return surest?.score ?? 0;
  }
  return Object.hasOwn(prediction, field) ? (prediction as Record<string, unknown>)[field] : undefined;
}
