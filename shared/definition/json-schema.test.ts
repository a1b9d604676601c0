/** The published schema: its parts, and that it is JSON. */
import { expect, it } from 'vitest';
import { pipelineJsonSchema } from './json-schema.ts';

it('says what a pipeline may be, with limits, and what it must have', () => {
  const schema = pipelineJsonSchema() as {
    $schema: string;
    oneOf: { required: string[]; properties: { training: { properties: { epochs: object } } } }[];
  };
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  const [network, estimator] = schema.oneOf;
  const always = ['schemaVersion', 'features', 'model', 'training'];
  expect(network!.required).toEqual(expect.arrayContaining(always));
  expect(estimator!.required).toEqual(expect.arrayContaining([...always, 'kind']));
  expect(network!.properties.training.properties.epochs).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: 10_000,
  });
});
