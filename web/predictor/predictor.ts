/** `/predictor.js`, which pages of any origin import: a model of an endpoint, run in the page on the plan that the edge runs; else the edge is asked. */
import { createClient } from '../../shared/api/client.ts';
import { predict } from '../../shared/api/routes/endpoints.ts';
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor, type Predictor } from '../../shared/artifact/predictor.ts';
import { chooseByTraffic } from '../../shared/choose-by-traffic.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { faceOf } from '../../shared/inference-graph/endpoint-face.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import type { InputField, Instance, OutputSpec, Prediction } from '../../shared/schema/prediction.ts';
import { describeEndpoint, type EndpointAddress, fetchArtifact } from './endpoint-files.ts';
import { startWasm } from './start-wasm.ts';

export interface LoadOptions {
  endpoint: string;
  /** Of the scope `endpoint`. Whoever has it may fetch the model. */
  token: string;
  /** Origin of the server; default: that which this script came from. */
  baseUrl?: string;
  /** A larger model is not fetched: the edge answers. Default 64 MiB. */
  maxBytes?: number;
}

export interface Answer {
  predictions: Prediction[];
  ranOn: 'page' | 'edge';
  /** What answered. */
  model: { name: string; version: number };
}

export interface PageModel {
  readonly inputs: readonly InputField[];
  readonly output: OutputSpec;
  readonly runsOn: 'page' | 'edge';
  /** Why it does not answer here, or the last request was not answered here; else null. */
  readonly reason: string | null;
  /** Throws AppError, as the edge words it. */
  predict(instances: readonly Instance[]): Promise<Answer>;
  dispose(): void;
}

const MAX_BYTES = 64 * 2 ** 20;

/** Throws AppError: a token or an endpoint that the server refuses, or `unavailable`. */
export async function loadModel({
  baseUrl = new URL(import.meta.url).origin,
  maxBytes = MAX_BYTES,
  ...given
}: LoadOptions): Promise<PageModel> {
  const address = { ...given, baseUrl };
  const served = await describeEndpoint(address);
  const chosen = served.graph ? null : chooseByTraffic(served.deployments, Math.random()).modelVersion;
  const { name, version, inputs, output } = chosen ?? faceOf(served);
  let reason: string | null = null;
  let predictor = await open(address, chosen, maxBytes).catch((error: unknown) => {
    reason = reasonFor(error);
    return null;
  });
  return {
    inputs,
    output,
    get runsOn() {
      return predictor ? 'page' : 'edge';
    },
    get reason() {
      return reason;
    },
    async predict(instances) {
      if (predictor) {
        try {
          const predictions = await predictor.predict(instances);
          return { predictions, ranOn: 'page', model: { name, version } };
        } catch (error) {
          reason = reasonFor(error); // of this request, which another place may have room for
        }
      }
      return { ...(await askEdge(address, instances)), ranOn: 'edge' };
    },
    dispose() {
      predictor?.dispose();
      predictor = null;
    },
  };
}

async function open(
  address: EndpointAddress,
  model: ModelVersion | null,
  maxBytes: number,
): Promise<Predictor> {
  if (!model) throw new AppError('unsupported', 'the endpoint is a graph of models, which runs at the edge');
  const { artifact, size } = model;
  if (size > maxBytes)
    throw new AppError('too_large', `the model has ${size} bytes, and at most ${maxBytes} are taken here`);
  const executor = await startWasm();
  return createPredictor(decodeArtifact(await fetchArtifact(address, artifact), artifact), executor);
}

async function askEdge(
  address: EndpointAddress,
  instances: readonly Instance[],
): Promise<Omit<Answer, 'ranOn'>> {
  const params = { endpoint: address.endpoint };
  const body = { instances: [...instances] };
  const { predictions, model } = await createClient(address).call(predict, { params, body });
  return { predictions, model };
}

/** Words for what this page has not got: WebAssembly, memory, the model. Throws again what is wrong with a request. */
function reasonFor(error: unknown): string {
  const isOurs =
    error instanceof AppError &&
    !['unsupported', 'too_large', 'unavailable', 'invalid_artifact'].includes(error.code);
  if (isOurs) throw error;
  return messageOf(error);
}
