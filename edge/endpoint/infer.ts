/** Predictions in the Open Inference Protocol, version 2. */
import { HEADER_LENGTH, readInferRequest } from '../../shared/protocols/open-inference/infer-request.ts';
import {
  type WrittenResponse,
  writeInferResponse,
} from '../../shared/protocols/open-inference/infer-response.ts';
import { instancesOf } from '../../shared/protocols/open-inference/instances-of.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { answerAt } from './answer.ts';
import type { InferenceRequest } from './inference-request.ts';

export async function infer(request: InferenceRequest): Promise<unknown> {
  const { endpoint, version } = request;
  const { parseInferRequest } = await import('../../shared/protocols/open-inference/infer-schema.ts');
  const asked = readInferRequest(await request.bytes(), request.header(HEADER_LENGTH), parseInferRequest);
  const { modelVersion, predictions } = await answerAt(
    request,
    endpoint,
    ({ inputs }) => instancesOf(inputs, asked.inputs),
    version,
  );
  const about = {
    model_name: endpoint,
    model_version: String(modelVersion.version),
    id: asked.id ?? newId('prediction'),
  };
  return respond(writeInferResponse(asked, about, modelVersion.output, predictions));
}

function respond({ json, bytes }: WrittenResponse): unknown {
  if (!bytes) return json;
  const head = new TextEncoder().encode(JSON.stringify(json));
  return new Response(new Blob([head, ...bytes]), {
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(head.length) },
  });
}
