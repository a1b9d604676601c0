/** Whether what the steps of a graph refer to is there and fits: the inputs of models, conditions, and keys. */
import type { Comparison, Condition, GraphStep } from '../schema/inference-graph.ts';
import type { ModelFace } from '../schema/model.ts';
import type { InputField, OutputSpec } from '../schema/prediction.ts';
import { type AnswerField, answerFields } from './answer-fields.ts';
import { type Needs, NO_NEEDS, needsOfAll } from './needs.ts';
import { list, refuse } from './refusal.ts';
import { comparisonsOf, splitPath } from './scope.ts';
import { nameOf } from './step-name.ts';

/** What a step can refer to. */
export interface Known {
  response: OutputSpec | undefined;
  steps: ReadonlyMap<string, OutputSpec>;
}

/** A model's inputs: each from the request, unless the step says otherwise. */
export function checkInputs(step: GraphStep, at: string, model: ModelFace, known: Known): Needs {
  const { data = 'request', inputs: given = {} } = step;
  const names = model.inputs.map(({ name }) => name);
  const odd = Object.keys(given).find((name) => !names.includes(name));
  if (odd !== undefined)
    throw refuse(`${at}.inputs`, `"${model.name}" takes no "${odd}"; it takes ${list(names)}`);
  const by = `"${nameOf(step)}"`;
  const needs = model.inputs.map((input): Needs => {
    const isGiven = Object.hasOwn(given, input.name);
    const path = isGiven ? given[input.name]! : `${data}.${input.name}`;
    const where = `${at}.inputs.${input.name}`;
    const [owner, field] = splitPath(path, known.steps.keys());
    if (owner === 'request') return new Map([[field, { by, field: { ...input, name: field } }]]);
    const fields = fieldsOf(owner, known, where);
    if (!isGiven && !Object.hasOwn(fields, field)) {
      if ('optional' in input && input.optional) return NO_NEEDS;
      throw refuse(
        where,
        `"${model.name}" needs it, and the step before answers with ${listFields(fields)}; say where it comes from by "inputs"`,
      );
    }
    requireFit(input, fieldIn(fields, field, path, where), path, where);
    return NO_NEEDS;
  });
  return needsOfAll(needs);
}

function requireFit(input: InputField, answer: AnswerField, path: string, where: string): void {
  const isText = input.type === 'text' || input.type === 'category';
  if (isText ? answer.type !== 'text' : answer.type !== input.type)
    throw refuse(
      where,
      `it is ${input.type}, and ${path} is ${answer.type}; expected ${isText ? 'text' : input.type}`,
    );
  if (input.type !== 'category' || answer.type !== 'text') return;
  const odd = answer.among?.find((one) => !input.categories.includes(one));
  if (odd !== undefined)
    throw refuse(where, `${path} may be "${odd}"; the model knows ${list(input.categories)}`);
}

/** What a condition asks of the request. */
export function checkCondition(condition: Condition, at: string, known: Known): Needs {
  return needsOfAll(comparisonsOf(condition).map((one) => checkComparison(one, `${at}.condition`, known)));
}

function checkComparison({ field: path, op, value }: Comparison, at: string, known: Known): Needs {
  const isOrder = ['<', '<=', '>', '>='].includes(op);
  const wanted = isOrder ? 'number' : op === 'in' ? 'array' : op === 'contains' ? 'string' : undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value;
  if (wanted ? kind !== wanted : kind === 'array')
    throw refuse(at, `"${op}" with ${JSON.stringify(value)}; expected ${wanted ?? 'one value'}`);
  const values = Array.isArray(value) ? value : [value];
  const [owner, field] = splitPath(path, known.steps.keys());
  const isNumber = values.every((one) => typeof one === 'number');
  if (owner === 'request') {
    const name = field;
    const example = values[0];
    const need: InputField =
      isNumber && values.length > 0
        ? {
            type: 'number',
            name,
            optional: true,
            min: Number(example),
            max: Number(example),
            example: Number(example),
          }
        : { type: 'text', name, optional: true, example: String(example ?? '') };
    return typeof example === 'boolean' ? NO_NEEDS : new Map([[field, { by: 'a condition', field: need }]]);
  }
  const answer = fieldIn(fieldsOf(owner, known, at), field, path, at);
  const isFit =
    answer.type === 'number' ? isNumber : values.every((one) => typeof one === 'string') && !isOrder;
  if (!isFit || answer.type === 'image')
    throw refuse(at, `${path} is ${answer.type}; "${op}" with ${JSON.stringify(value)} does not fit it`);
  const { among } = answer.type === 'text' ? answer : {};
  const odd = op === 'contains' ? undefined : among && values.find((one) => !among.includes(String(one)));
  if (odd !== undefined) throw refuse(at, `${path} is never "${odd}"; it may be ${list(among!)}`);
  return NO_NEEDS;
}

export function needOfKey(path: string, at: string, known: Known): Needs {
  const [owner, field] = splitPath(path, known.steps.keys());
  if (owner === 'request') {
    const need = { type: 'text', name: field, optional: true, example: '' } as const;
    return new Map([[field, { by: `${at}`, field: need }]]);
  }
  fieldIn(fieldsOf(owner, known, at), field, path, at);
  return NO_NEEDS;
}

function fieldsOf(owner: string, { response, steps }: Known, at: string): Record<string, AnswerField> {
  const output = owner === 'response' ? response : steps.get(owner);
  if (output) return answerFields(output);
  const what =
    owner === 'response' ? 'no step has answered before it' : `no step "${owner}" has answered before it`;
  const accepted = ['request', ...(response ? ['response'] : []), ...steps.keys()];
  throw refuse(at, `${what}; expected a path that begins with ${list(accepted)}`);
}

function fieldIn(fields: Record<string, AnswerField>, field: string, path: string, at: string): AnswerField {
  const found = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (found) return found;
  throw refuse(at, `there is no ${path}; the answer has ${listFields(fields)}`);
}

const listFields = (fields: Record<string, AnswerField>): string => list(Object.keys(fields));
