/** The published schema: its parts, and that it is JSON. */
import { expect, it } from 'vitest';
import { pipelineJsonSchema } from './json-schema.ts';

it('says what a pipeline may be, with limits, and what it must have', () => {
  const schema = pipelineJsonSchema() as {
    $schema: string;
    required: string[];
    properties: { training: { properties: { epochs: object } } };
  };
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(schema.required).toEqual(expect.arrayContaining(['schemaVersion', 'features', 'model', 'training']));
  expect(schema.properties.training.properties.epochs).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: 10_000,
  });
});
