/** JSON instances to a table, strictly: what a model was not trained on is refused with the place, the value and what is accepted. */
import { decodeSentImage, decodeSentWav, isSent } from '../data/decode-sent.ts';
import {
  type ColumnData,
  type Image,
  isImage,
  type SeriesColumn,
  type Sound,
  type Table,
} from '../data/table.ts';
import { AppError, messageOf } from '../errors.ts';
import type { InputField } from '../schema/prediction.ts';
import { columnOfHistory } from './feature-name.ts';
import type { FittedPipeline } from './fitted-pipeline.ts';
import { imageFromArrays } from './image-from-arrays.ts';

const SHOWN = 20;

/** Throws AppError `invalid_data` for the first thing wrong; `details` has instance, field, value and accepted. */
export function parseInstances(
  { inputs }: Pick<FittedPipeline, 'inputs'>,
  instances: readonly unknown[],
): Table {
  if (instances.length === 0) throw new AppError('invalid_data', 'instances is empty; expected at least one');
  const known = new Set(inputs.map((input) => input.name));
  const rows = instances.map((instance, i) => {
    if (typeof instance !== 'object' || instance === null || Array.isArray(instance)) {
      throw new AppError(
        'invalid_data',
        `instances[${i}] is ${show(instance)}; expected an object of features`,
      );
    }
    const unknown = Object.keys(instance).find((key) => !known.has(key));
    if (unknown !== undefined) {
      const accepted = list([...known]);
      throw new AppError(
        'invalid_data',
        `instances[${i}] has an unknown feature "${unknown}"; accepted are ${accepted}`,
        {
          details: { instance: i, field: unknown, accepted: [...known].slice(0, SHOWN) },
        },
      );
    }
    return instance as Record<string, unknown>;
  });
  const valuesOf = (input: InputField): Value[] =>
    rows.map((row, i) => {
      const value = Object.hasOwn(row, input.name) ? row[input.name] : undefined;
      return { value, refuse: refusal(input, i, value) };
    });
  const columns = new Map<string, ColumnData>();
  const histories = new Map<string, SeriesColumn>();
  for (const input of inputs) {
    if (input.type === 'series')
      histories.set(columnOfHistory(input.name), parseSeries(input, valuesOf(input)));
    else columns.set(input.name, parseColumn(input, valuesOf(input)));
  }
  return { rows: rows.length, columns, ...(histories.size > 0 && { histories }) };
}

interface Value {
  value: unknown;
  refuse(accepted: string, cause?: unknown): AppError;
}

function parseColumn(input: Exclude<InputField, { type: 'series' }>, values: Value[]): ColumnData {
  switch (input.type) {
    case 'number':
      return { type: 'number', values: Float64Array.from(values, (value) => parseNumberValue(input, value)) };
    case 'category':
      return { type: 'category', values: values.map((value) => parseCategory(input, value)) };
    case 'text':
      return { type: 'category', values: values.map((value) => parseText(input, value)) };
    case 'image':
      return { type: 'image', values: values.map(parseImage) };
    case 'audio':
      return { type: 'audio', values: values.map(parseSound) };
  }
}

function parseNumberValue(input: Extract<InputField, { type: 'number' }>, { value, refuse }: Value): number {
  if (input.optional && (value === undefined || value === null)) return Number.NaN;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw refuse(input.optional ? 'a finite number or null' : 'a finite number');
  }
  return value + 0; // never -0: what is learnt goes through JSON, which has none
}

function parseCategory(
  input: Extract<InputField, { type: 'category' }>,
  { value, refuse }: Value,
): string | null {
  if (input.optional && (value === undefined || value === null)) return null;
  if (typeof value !== 'string' || !input.categories.includes(value)) {
    throw refuse(`${list(input.categories)}${input.optional ? ', or null' : ''}`);
  }
  return value;
}

function parseText(input: Extract<InputField, { type: 'text' }>, { value, refuse }: Value): string | null {
  if (input.optional && (value === undefined || value === null)) return null;
  if (typeof value !== 'string') throw refuse(`a text${input.optional ? ' or null' : ''}`);
  return value;
}

/** The latest values; more than are needed may come. */
function parseSeries({ length }: Extract<InputField, { type: 'series' }>, values: Value[]): SeriesColumn {
  const histories = values.map(({ value, refuse }) => {
    const isSound =
      Array.isArray(value) &&
      value.length >= length &&
      value.every((one) => typeof one === 'number' && Number.isFinite(one));
    if (!isSound) throw refuse(`an array of the latest ${length} values, finite numbers, the oldest first`);
    return Float64Array.from((value as number[]).slice(-length), (one) => one + 0);
  });
  return { type: 'series', values: histories };
}

function parseImage({ value, refuse }: Value): Image {
  const accepted =
    'a PNG or JPEG as base64, or nested arrays [height][width][channels] of whole numbers 0 to 255';
  if (isImage(value)) return value;
  if (!isSent(value) && !Array.isArray(value)) throw refuse(accepted);
  try {
    return isSent(value) ? decodeSentImage(value) : imageFromArrays(value);
  } catch (error) {
    throw refuse(`${accepted} (${messageOf(error)})`, error);
  }
}

function parseSound({ value, refuse }: Value): Sound {
  const accepted = 'a WAV file as base64';
  if (!isSent(value)) throw refuse(accepted);
  try {
    return decodeSentWav(value);
  } catch (error) {
    throw refuse(`${accepted} (${messageOf(error)})`, error);
  }
}

function refusal({ name }: InputField, instance: number, value: unknown): Value['refuse'] {
  const place = `instances[${instance}], feature "${name}"`;
  const found = value === undefined ? 'is missing' : `is ${show(value)}`;
  return (accepted, cause) =>
    new AppError('invalid_data', `${place} ${found}; expected ${accepted}`, {
      details: { instance, field: name, value: value === undefined ? undefined : show(value), accepted },
      cause,
    });
}

/** A value as JSON, short enough for a message; NaN and Infinity by name. */
function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `"${name}"`);
  return names.length > SHOWN ? `${shown.join(', ')} and ${names.length - SHOWN} more` : shown.join(', ');
}
