/** The definition as JSON Schema, made from the zod schema that every program validates with. */
import * as z from 'zod';
import { PipelineSpec } from './pipeline-spec.ts';

/** Draft 2020-12, of what a person writes: what has a default may be left out. */
export const pipelineJsonSchema = (): Record<string, unknown> => ({
  title: 'Trainyard pipeline',
  ...z.toJSONSchema(PipelineSpec, { io: 'input' }),
});
