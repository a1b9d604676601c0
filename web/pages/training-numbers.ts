/** The few numbers of a training that are worth changing, as they are typed. */
import { type NetworkPipeline, PipelineSpec } from '../../shared/definition/pipeline-spec.ts';

export type Numbers = Record<'epochs' | 'batchSize' | 'learningRate', string>;

export const asText = ({ training }: NetworkPipeline): Numbers => ({
  epochs: String(training.epochs),
  batchSize: String(training.batchSize),
  learningRate: String(training.optimizer.learningRate),
});

/** The suggestion with the numbers typed in; null and what is wrong, field by field, where they do not do. */
export function withNumbers(suggested: NetworkPipeline, numbers: Numbers) {
  const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
  const { training } = suggested;
  const checked = PipelineSpec.safeParse({
    ...suggested,
    training: {
      ...training,
      epochs: number(numbers.epochs),
      batchSize: number(numbers.batchSize),
      optimizer: { ...training.optimizer, learningRate: number(numbers.learningRate) },
    },
  });
  const faults: Partial<Numbers> = {};
  for (const { path } of checked.error?.issues ?? []) {
    const field = path.at(-1);
    if (field === 'epochs') faults.epochs = 'A whole number from 1 to 10,000';
    if (field === 'batchSize') faults.batchSize = 'A whole number from 1 to 8,192';
    if (field === 'learningRate') faults.learningRate = 'More than 0, at most 10';
  }
  return { spec: checked.success ? checked.data : null, faults };
}
