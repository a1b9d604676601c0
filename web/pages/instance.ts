/** Between a form's texts and an instance of the predict request. */
import type { InputField, Instance } from '../../shared/schema/prediction.ts';

export type FormValues = Record<string, string>;

/** Examples seen in training; pictures and sounds have none. */
export function exampleValues(inputs: readonly InputField[]): FormValues {
  return Object.fromEntries(
    inputs.map((input) => [
      input.name,
      input.type === 'image' || input.type === 'audio'
        ? ''
        : input.type === 'series'
          ? input.example.join(', ')
          : String(input.example),
    ]),
  );
}

/** An instance for code samples. */
export function exampleInstance(inputs: readonly InputField[]): Instance {
  return Object.fromEntries(
    inputs.map((input) => [
      input.name,
      input.type === 'image'
        ? 'BASE64_OF_A_PNG_OR_JPEG'
        : input.type === 'audio'
          ? 'BASE64_OF_A_WAV'
          : input.example,
    ]),
  );
}

/** The instance, or what is wrong, field by field. Empty optional fields are left out: the pipeline fills them. */
export function toInstance(
  inputs: readonly InputField[],
  values: FormValues,
): { instance: Instance; faults: null } | { instance: null; faults: FormValues } {
  const instance: Instance = {};
  const faults: FormValues = {};
  for (const input of inputs) {
    const text = (values[input.name] ?? '').trim();
    if (text === '') {
      if (input.type === 'image') faults[input.name] = 'Drop a picture';
      else if (input.type === 'audio') faults[input.name] = 'Record a sound, or drop one';
      else if (input.type === 'series' || !input.optional) faults[input.name] = 'Needed';
    } else if (input.type === 'number') {
      const number = Number(text);
      if (Number.isFinite(number)) instance[input.name] = number;
      else faults[input.name] = `A number, such as ${input.example}`;
    } else if (input.type === 'series') {
      const values = text.split(/[\s,;]+/).map(Number);
      if (values.length >= input.length && values.every(Number.isFinite)) instance[input.name] = values;
      else faults[input.name] = `The latest ${input.length} numbers, with commas between them`;
    } else {
      instance[input.name] = text;
    }
  }
  return Object.keys(faults).length > 0 ? { instance: null, faults } : { instance, faults: null };
}
