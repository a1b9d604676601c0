/** JSON Schemas of what a form is for, and values to begin with. */
import * as z from 'zod';

/** The part of JSON Schema that zod writes. */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  prefixItems?: Schema[];
  minItems?: number;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

export const schemaOf = (type: z.ZodType): Schema =>
  z.toJSONSchema(type, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Schema;

/** Where a schema leaves it open, a value that people often begin with. */
const USUAL: Readonly<Record<string, unknown>> = {
  units: 32,
  filters: 16,
  kernelSize: 3,
  rate: 0.2,
  count: 1000,
  size: 2,
  shape: [1],
  heads: 4,
  learningRate: 0.001,
  patience: 5,
};

/** A value that the schema accepts, with what is required and has no default of its own. */
export function exampleOf(schema: Schema, name = ''): unknown {
  const variants = schema.oneOf ?? schema.anyOf;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (variants) return exampleOf(variants[0]!, name);
  if (schema.type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {})
        .filter(([key, part]) => schema.required?.includes(key) || part.const !== undefined)
        .map(([key, part]) => [key, exampleOf(part, key)]),
    );
  }
  if (name in USUAL) return USUAL[name];
  if (schema.type === 'array') {
    if (schema.prefixItems) return schema.prefixItems.map((part) => exampleOf(part));
    return Array.from({ length: schema.minItems ?? 0 }, () => exampleOf(schema.items ?? {}));
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    return Math.min(Math.max(schema.minimum ?? 1, 1), schema.maximum ?? Number.POSITIVE_INFINITY);
  }
  if (schema.type === 'boolean') return false;
  return schema.type === 'null' ? null : '';
}

/** `kernelSize` → `Kernel size`. */
export const labelOf = (name: string): string => {
  const words = name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** `1 to 4096`, where there are bounds worth telling. */
export function boundsOf({
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
}: Schema): string | undefined {
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (minimum !== undefined && most !== undefined) return `${minimum} to ${most}`;
  const parts = [
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && `at least ${minimum}`,
    exclusiveMinimum !== undefined && `above ${exclusiveMinimum}`,
    most !== undefined && `at most ${most}`,
    exclusiveMaximum !== undefined && `below ${exclusiveMaximum}`,
  ].filter(Boolean);
  return parts.join(', ') || undefined;
}
