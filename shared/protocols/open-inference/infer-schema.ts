/** What a request to infer says as JSON. */
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { DATATYPES } from './datatypes.ts';

const Parameters = z.looseObject({});
/** As it is written: properties that nobody knows are let be, as the protocol asks. */
export const InferRequest = z.looseObject({
  id: z.string().max(200).optional(),
  parameters: Parameters.extend({ binary_data_output: z.boolean().optional() }).optional(),
  inputs: z
    .array(
      z.looseObject({
        name: z.string(),
        shape: z.array(z.int().min(0)).max(8),
        datatype: z.enum(DATATYPES),
        parameters: Parameters.extend({ binary_data_size: z.int().min(0).optional() }).optional(),
        data: z.array(z.unknown()).optional(),
      }),
    )
    .min(1)
    .max(1000),
  outputs: z
    .array(
      z.looseObject({
        name: z.string(),
        parameters: Parameters.extend({ binary_data: z.boolean().optional() }).optional(),
      }),
    )
    .max(100)
    .optional(),
});
export type InferRequest = z.infer<typeof InferRequest>;

/** Throws AppError `invalid_request`, naming the field. */
export function parseInferRequest(json: unknown): InferRequest {
  const { data, error } = InferRequest.safeParse(json);
  if (data) return data;
  const [issue] = error.issues;
  throw new AppError('invalid_request', `${issue!.path.join('.') || 'the body'}: ${issue!.message}`);
}
