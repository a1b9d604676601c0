/** Everything that a definition may name, as a page of Markdown, made from the lists that the programs themselves read. */
import * as z from 'zod';
import { schedules } from '../definition/schedules/list.ts';
import { estimators } from '../estimators/list.ts';
import { optimizers } from '../graph/optimizers/list.ts';
import { backbones } from '../model/backbones/list.ts';
import { blocks } from '../model/blocks/list.ts';
import { losses } from '../model/losses/list.ts';
import { STEPS } from '../pipeline/steps/list.ts';
import { templates } from '../templates/list.ts';

interface Described {
  type: string;
  summary: string;
  /** Steps and estimators make theirs of zod. */
  params: z.ZodType | ((zod: typeof z) => z.ZodType);
}

export function referenceText(): string {
  const parts = [
    '# What a definition may name',
    'Written by `npm run reference` from the lists in `shared/`; the same as JSON Schema is at `/v1/schemas/pipeline`.',
    '## Templates',
    'A definition made to fit the data at hand: `trainyard train FILE --template NAME`.',
    ...templates.map(
      ({ name, summary, needs, limits }) => `- **${name}**: ${summary} *Needs:* ${needs} *Limits:* ${limits}`,
    ),
    '## Feature steps',
    'One after the other in a feature’s `steps`.',
    ...STEPS.map(entry),
    '## Model blocks',
    'In `model`, each after the one before it, or after the `inputs` that it names.',
    ...blocks.map(entry),
    '## Backbones',
    'In `model` too: networks that others have trained, which begin with the weights that they learnt.',
    ...backbones.map(entry),
    '## Estimators',
    'As `model`, where `kind` is `estimator`.',
    ...estimators.map(entry),
    '## Losses',
    'As `training.loss` of a network; the first of a task is its usual one.',
    ...losses.map(entry),
    '## Optimisers',
    'As `training.optimizer`.',
    ...optimizers.map(entry),
    '## Learning-rate schedules',
    'As `training.schedule`.',
    ...schedules.map(entry),
  ];
  return `${parts.reduce((text, part, i) => text + gap(parts[i - 1], part) + part)}\n`;
}

/** Items of a list stand together, all else apart. */
const gap = (before: string | undefined, part: string): string =>
  before?.startsWith('- ') && part.startsWith('- ') ? '\n' : '\n\n';

interface Property {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Property[];
  items?: Property;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  default?: unknown;
}

function entry({ type, summary, params }: Described): string {
  const schema = typeof params === 'function' ? params(z) : params;
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  const told = Object.entries(properties)
    .filter(([name]) => name !== 'type')
    .map(([name, property]) => {
      const usual = property.default === undefined ? '' : `, by default ${code(property.default)}`;
      const optional = usual === '' && !required.includes(name) ? ', optional' : '';
      return `\`${name}\` (${kindOf(property)}${usual}${optional})`;
    });
  return `- **${type}**: ${summary}${told.length > 0 ? ` ${told.join(', ')}` : ''}`;
}

function kindOf({ type, enum: values, const: only, anyOf, items, ...range }: Property): string {
  if (values) return values.map(code).join(' or ');
  if (only !== undefined) return code(only);
  if (anyOf) return [...new Set(anyOf.map(kindOf))].join(' or ');
  if (type === 'array') return items ? `list of ${kindOf(items)}` : 'list';
  if (type === 'string') return 'text';
  if (type === 'null') return 'null';
  if (type !== 'integer' && type !== 'number') return type ?? 'any';
  const bounds = [
    range.minimum !== undefined && `from ${range.minimum}`,
    range.exclusiveMinimum !== undefined && `above ${range.exclusiveMinimum}`,
    range.maximum !== undefined && range.maximum < Number.MAX_SAFE_INTEGER && `to ${range.maximum}`,
    range.exclusiveMaximum !== undefined && `below ${range.exclusiveMaximum}`,
  ].filter(Boolean);
  return [type === 'integer' ? 'whole number' : 'number', ...bounds].join(' ');
}

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;
