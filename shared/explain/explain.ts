/**
 * Explanations of single predictions, of any model that can be asked again. In terms of the input fields, they are Shapley values against
 * one baseline (baseline Shapley; Sundararajan & Najmi 2020): the medians and modes of the training rows, a text without words, a picture
 * of its mean colour. Of a linear model they are w · (x − baseline). Words and parts of pictures are told by leaving them out (occlusion);
 * those numbers need not add up. What was left out of an instance stays out.
 */
import { decodeSentImage, isSent } from '../data/decode-sent.ts';
import { type Image, isImage } from '../data/table.ts';
import { AppError } from '../errors.ts';
import { imageFromArrays } from '../pipeline/image-from-arrays.ts';
import {
  EVALUATIONS_MOST,
  type ExplainOptions,
  type Explanation,
  type WordEffect,
} from '../schema/explanation.ts';
import type { InputField, Instance, OutputSpec, Prediction } from '../schema/prediction.ts';
import { refuse } from './explainable.ts';
import { meanPicture, PARTS, picturesWithoutParts } from './picture-parts.ts';
import { leastEvaluations, shapleyValues } from './shapley.ts';
import { spansOf, without } from './words.ts';

export interface ExplainedModel {
  inputs: readonly InputField[];
  output: OutputSpec;
  predict(instances: readonly Instance[]): Promise<Prediction[]>;
}

/** Rows that a model is asked for at once. */
const AT_ONCE = 64;
const WORDS_MOST = 100;

/**
 * One explanation for each instance; all of them have been answered with `predictions`, and `requireExplainable` has passed them. Throws
 * AppError `invalid_request` for more work than there may be.
 */
export async function explain(
  model: ExplainedModel,
  instances: readonly Instance[],
  predictions: readonly Prediction[],
  options: ExplainOptions,
): Promise<Explanation[]> {
  const most = Math.floor(EVALUATIONS_MOST / instances.length);
  const explanations: Explanation[] = [];
  for (const [i, instance] of instances.entries())
    explanations.push(await explainOne(model, instance, predictions[i]!, options, most));
  return explanations;
}

async function explainOne(
  model: ExplainedModel,
  sent: Instance,
  prediction: Prediction,
  { class: wanted, baseline = {}, seed }: ExplainOptions,
  most: number,
): Promise<Explanation> {
  const name = 'label' in prediction ? (wanted ?? prediction.label) : undefined;
  const instance = decoded(model.inputs, sent);
  const evaluate: Evaluate = async (rows) => {
    const numbers: number[] = [];
    for (let start = 0; start < rows.length; start += AT_ONCE) {
      const answers = await model.predict(rows.slice(start, start + AT_ONCE)).catch((error) => {
        throw error instanceof AppError
          ? refuse(`a row to compare with was refused: ${error.message}`)
          : error;
      });
      for (const answer of answers) numbers.push(numberOf(answer, name));
    }
    return numbers;
  };
  const present = model.inputs.filter((field) => (instance[field.name] ?? null) !== null);
  const other = Object.fromEntries(
    present.map((field) => [field.name, baseline[field.name] ?? typicalOf(field, instance[field.name])]),
  );
  const players = present.filter((field) => !isSame(instance[field.name], other[field.name]));
  const texts = present.filter(({ type }) => type === 'text');
  const pictures = present.filter(({ type }) => type === 'image');
  const ofParts = texts.length * WORDS_MOST + pictures.length * PARTS ** 2;
  const left = most - ofParts;
  const least = leastEvaluations(players.length);
  if (left < least)
    throw refuse(
      `an instance of ${players.length} fields takes ${least + ofParts} predictions to explain, and there are ${most} for each; send fewer instances at once`,
    );

  const { base, value, values, method } = await shapleyValues(
    players.length,
    (coalitions) =>
      evaluate(
        coalitions.map((members) => {
          const row = { ...instance };
          for (const [i, { name }] of players.entries()) if (!members[i]) row[name] = other[name];
          return row;
        }),
      ),
    { most: left, seed },
  );
  const features: Record<string, number> = Object.fromEntries(present.map((field) => [field.name, 0]));
  for (const [i, field] of players.entries()) features[field.name] = values[i]!;

  const words = await Promise.all(
    texts.map((field) => effectsOfWords(instance, field.name, value, evaluate)),
  );
  const parts = await Promise.all(
    pictures.map((field) => effectsOfParts(instance, field.name, value, evaluate)),
  );
  return {
    ...(name !== undefined && { class: name }),
    ...{ base, value, features, method },
    ...(texts.length > 0 && { words: Object.fromEntries(words) }),
    ...(pictures.length > 0 && { parts: Object.fromEntries(parts) }),
  };
}

/** What is answered for each of these rows, as a number. */
type Evaluate = (rows: readonly Instance[]) => Promise<number[]>;

async function effectsOfWords(
  instance: Instance,
  name: string,
  value: number,
  evaluate: Evaluate,
): Promise<[name: string, effects: WordEffect[]]> {
  const text = String(instance[name]);
  const spans = spansOf(text, WORDS_MOST);
  const rest = await evaluate(spans.map((span) => ({ ...instance, [name]: without(text, span) })));
  return [name, spans.map((span, i) => ({ ...span, effect: value - rest[i]! }))];
}

async function effectsOfParts(
  instance: Instance,
  name: string,
  value: number,
  evaluate: Evaluate,
): Promise<[name: string, effects: number[][]]> {
  const { rows, columns, pictures } = picturesWithoutParts(instance[name] as Image);
  const rest = await evaluate(pictures.map((one) => ({ ...instance, [name]: one })));
  const effects = Array.from({ length: rows }, (_, row) =>
    rest.slice(row * columns, (row + 1) * columns).map((one) => value - one),
  );
  return [name, effects];
}

function numberOf(answer: Prediction, name: string | undefined): number {
  if ('value' in answer) return answer.value;
  return 'probabilities' in answer ? (answer.probabilities[name!] ?? 0) : 0;
}

/** Pictures as pixels, so that parts of them can be hidden. */
function decoded(inputs: readonly InputField[], instance: Instance): Instance {
  const own = { ...instance };
  for (const { type, name } of inputs) {
    const sent = own[name];
    if (type === 'image' && !isImage(sent))
      own[name] = isSent(sent) ? decodeSentImage(sent) : imageFromArrays(sent as unknown[]);
  }
  return own;
}

function typicalOf(field: InputField, value: unknown): unknown {
  if (field.type === 'text') return '';
  if (field.type === 'image') return isImage(value) ? meanPicture(value) : value;
  return 'example' in field ? field.example : value;
}

const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b));
