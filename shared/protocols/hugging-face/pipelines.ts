/**
 * The bodies of Hugging Face's inference endpoints: `{"inputs": …, "parameters": …}`, or the bytes of a picture or a sound; and the
 * answers in the shape of the task that fits the model.
 */
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { InputField, Instance, OutputSpec, Prediction } from '../../schema/prediction.ts';
import { INSTANCES_MOST } from '../../schema/prediction-limits.ts';

const Columns = z.record(z.string(), z.array(z.unknown()));
export const PipelineRequest = z.looseObject({
  inputs: z.union([z.string(), z.array(z.string()), z.looseObject({ data: Columns })]),
  parameters: z.looseObject({ top_k: z.int().min(1).optional() }).nullish(),
});
export type PipelineRequest = z.infer<typeof PipelineRequest>;

/** Classes told of a picture or a sound, unless `top_k` says otherwise; of a text all are. */
const TOP = 5;

/** Throws AppError `invalid_request`: what does not fit the model's inputs. */
export function instancesOfPipeline({ inputs }: PipelineRequest, fields: readonly InputField[]): Instance[] {
  const rows =
    typeof inputs === 'object' && !Array.isArray(inputs)
      ? ofColumns(inputs.data)
      : ofOneFeature([inputs].flat(), fields);
  if (rows.length < 1 || rows.length > INSTANCES_MOST)
    throw refuse(`inputs: there are ${rows.length}; 1 to ${INSTANCES_MOST} are accepted`);
  return rows;
}

/** A picture or a sound as it is. */
export function instanceOfBytes(bytes: Uint8Array, fields: readonly InputField[]): Instance {
  const [field] = fields;
  if (fields.length === 1 && (field!.type === 'image' || field!.type === 'audio'))
    return { [field!.name]: bytes };
  throw refuse(`the body is bytes, and the model takes ${named(fields)}; expected JSON with "inputs"`);
}

function ofOneFeature(values: readonly string[], fields: readonly InputField[]): Instance[] {
  const [field] = fields;
  if (fields.length === 1) return values.map((value) => ({ [field!.name]: value }));
  throw refuse(`inputs: the model takes ${named(fields)}; expected {"data": {feature: [values]}}`);
}

function ofColumns(columns: z.infer<typeof Columns>): Instance[] {
  const all = Object.entries(columns);
  const rows = all[0]?.[1].length ?? 0;
  const odd = all.find(([, values]) => values.length !== rows);
  if (odd)
    throw refuse(`inputs.data.${odd[0]}: it has ${odd[1].length} rows, and "${all[0]![0]}" has ${rows}`);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(all.map(([name, values]) => [name, values[row]])),
  );
}

/** What the pipeline of the model's task would answer; `request`: absent for bytes. */
export function pipelineReply(
  request: PipelineRequest | undefined,
  { inputs, output }: { inputs: readonly InputField[]; output: OutputSpec },
  predictions: readonly Prediction[],
): unknown {
  const isTable =
    request !== undefined && typeof request.inputs === 'object' && !Array.isArray(request.inputs);
  if (isTable) return predictions.map(plain);
  const isWhole = inputs.some(({ type }) => type === 'image' || type === 'audio');
  const most = request?.parameters?.top_k ?? (isWhole ? TOP : undefined);
  const told = predictions.map((one) => toldOf(one, output, most));
  // one picture is answered by itself; texts always as a list, of which a client takes the first
  return isWhole && !Array.isArray(request?.inputs) ? told[0] : told;
}

function toldOf(prediction: Prediction, { target }: OutputSpec, most: number | undefined): unknown {
  if ('label' in prediction) {
    return Object.entries(prediction.probabilities)
      .map(([label, score]) => ({ label, score }))
      .sort((a, b) => b.score - a.score)
      .slice(0, most);
  }
  if ('value' in prediction) return [{ label: target, score: prediction.value }];
  if ('text' in prediction) return { translation_text: prediction.text };
  if ('image' in prediction) return { image: prediction.image };
  return prediction.boxes.map(({ label, score, box: [xmin, ymin, xmax, ymax] }) => ({
    ...{ label, score },
    box: { xmin, ymin, xmax, ymax },
  }));
}

/** Classes that are numbers are told as numbers, which is all that some clients take. */
function plain(one: Prediction): unknown {
  if ('label' in one)
    return one.label !== '' && Number.isFinite(Number(one.label)) ? Number(one.label) : one.label;
  return 'value' in one ? one.value : 'text' in one ? one.text : one;
}

const named = (fields: readonly InputField[]): string =>
  fields
    .slice(0, 10)
    .map(({ name, type }) => `"${name}" (${type})`)
    .join(', ');

const refuse = (message: string): AppError => new AppError('invalid_request', message);
