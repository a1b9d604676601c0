/** Answers of an ensemble made one. */
import type { COMBINATIONS } from '../schema/inference-graph.ts';
import type { OutputSpec, Prediction } from '../schema/prediction.ts';

/** Tasks whose answers can be combined, and how. */
export const COMBINED: Partial<Record<OutputSpec['task'], readonly (typeof COMBINATIONS)[number][]>> = {
  classification: ['mean', 'vote'],
  regression: ['mean'],
};

/**
 * One answer for each row of `answers[model][row]`. The mean is weighted; by `vote` the probability of a class is its share of the
 * votes. The first of equals is the label.
 */
export function combine(
  answers: readonly (readonly Prediction[])[],
  weights: readonly number[],
  how: (typeof COMBINATIONS)[number],
): Prediction[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value, model) => sum + weights[model]! * value, 0) / total;
  return answers[0]!.map((first, row): Prediction => {
    const ofRow = answers.map((ofModel) => ofModel[row]!);
    if (!('probabilities' in first)) return { value: mean(ofRow.map((one) => (one as Valued).value)) };
    const classes = new Set(ofRow.flatMap((one) => Object.keys((one as Classified).probabilities)));
    const shares = [...classes].map((name): [string, number] => [
      name,
      mean(ofRow.map((one) => shareOf(one as Classified, name, how))),
    ]);
    const [label] = shares.reduce((best, one) => (one[1] > best[1] ? one : best));
    return { label, probabilities: Object.fromEntries(shares) };
  });
}

type Valued = Extract<Prediction, { value: number }>;
type Classified = Extract<Prediction, { probabilities: object }>;

const shareOf = ({ label, probabilities }: Classified, name: string, how: 'mean' | 'vote'): number =>
  how === 'mean' ? (probabilities[name] ?? 0) : Number(label === name);
