/** What a model takes and gives, as tensors: one for each feature, and one or two for the answers; −1 stands for the rows. */
import type { InputField, OutputSpec, Prediction } from '../../schema/prediction.ts';
import type { AnswerType, Datatype, Elements } from './datatypes.ts';

export interface TensorMetadata {
  name: string;
  datatype: Datatype;
  shape: number[];
  /** Of probabilities, whose they are. */
  parameters?: { classes: string[] };
}

export const inputTensors = (inputs: readonly InputField[]): TensorMetadata[] =>
  inputs.map((input): TensorMetadata => {
    switch (input.type) {
      case 'number':
        return { name: input.name, datatype: 'FP64', shape: [-1, 1] };
      case 'series':
        return { name: input.name, datatype: 'FP64', shape: [-1, input.length] };
      default:
        return { name: input.name, datatype: 'BYTES', shape: [-1, 1] };
    }
  });

interface Answer {
  name: string;
  datatype: AnswerType;
  /** Elements of a row. */
  width: number;
  elements(parts: Parts): readonly (number | string)[];
}

/** What predictions of all tasks are made of; one has those of its own. */
interface Parts {
  label: string;
  probabilities: Record<string, number>;
  value: number;
  text: string;
  score: number;
  image: string;
  boxes: unknown[];
}

const one = (name: keyof Parts, datatype: AnswerType): Answer => ({
  ...{ name, datatype, width: 1 },
  elements: (parts) => [parts[name] as number | string],
});

function answersOf(output: OutputSpec): Answer[] {
  switch (output.task) {
    case 'classification': {
      const { classes } = output;
      const elements = ({ probabilities }: Parts) => classes.map((name) => probabilities[name]!);
      return [
        one('label', 'BYTES'),
        { name: 'probabilities', datatype: 'FP64', width: classes.length, elements },
      ];
    }
    case 'regression':
      return [one('value', 'FP64')];
    case 'translation':
      return [one('text', 'BYTES'), one('score', 'FP64')];
    case 'image-generation':
      return [one('image', 'BYTES')];
    case 'object-detection':
      return [{ ...one('boxes', 'BYTES'), elements: ({ boxes }) => [JSON.stringify(boxes)] }];
  }
}

export const outputTensors = (output: OutputSpec): TensorMetadata[] =>
  answersOf(output).map(({ name, datatype, width }) => ({
    ...{ name, datatype, shape: [-1, width] },
    ...(name === 'probabilities' && 'classes' in output && { parameters: { classes: output.classes } }),
  }));

export interface AnswerTensor {
  name: string;
  datatype: AnswerType;
  shape: number[];
  elements: Elements;
}

export const answerTensors = (output: OutputSpec, predictions: readonly Prediction[]): AnswerTensor[] =>
  answersOf(output).map(({ name, datatype, width, elements }) => ({
    ...{ name, datatype },
    shape: [predictions.length, width],
    elements: predictions.flatMap((prediction) => elements(prediction as unknown as Parts)),
  }));
