/** The Open Inference Protocol, version 2; models are endpoints. */
import * as routes from '../../shared/api/routes/open-inference.ts';
import { HEADER_LENGTH, readInferRequest } from '../../shared/protocols/open-inference/infer-request.ts';
import {
  type WrittenResponse,
  writeInferResponse,
} from '../../shared/protocols/open-inference/infer-response.ts';
import { instancesOf } from '../../shared/protocols/open-inference/instances-of.ts';
import { inputTensors, outputTensors } from '../../shared/protocols/open-inference/model-tensors.ts';
import type { TrafficTotal } from '../../shared/schema/endpoint.ts';
import { newId } from '../../shared/schema/id.ts';
import { type App, type RequestContext, serve } from '../contract.ts';
import { answerAt, chosen } from '../endpoint/answer.ts';
import { type InferenceRequest, serveInference } from '../endpoint/serve-inference.ts';
import { ping } from '../store/db.ts';
import { getEndpoint, listEndpoints } from '../store/endpoints.ts';
import { VERSION } from '../version.ts';

const SERVER = {
  name: 'trainyard',
  version: VERSION,
  extensions: ['binary_tensor_data', 'statistics', 'model_repository'],
};
const NANOSECONDS = 1e6; // in a millisecond

export function serveOpenInference(app: App): void {
  for (const route of [routes.getServerMetadata, routes.getServerMetadataToo])
    serve(app, route, async () => SERVER);
  serve(app, routes.getServerLive, async () => ({ live: true, ready: true }));
  serve(app, routes.getServerReady, async (_, { db }) => {
    await ping(db);
    return { live: true, ready: true };
  });

  serve(app, routes.listServedModels, async (_, context) => ({
    models: (await ownEndpoints(context)).map(({ name }) => name),
  }));
  serve(app, routes.indexRepository, async (_, context) =>
    (await ownEndpoints(context)).flatMap(({ name, deployments }) =>
      deployments.map(({ modelVersion }) => ({
        ...{ name, version: String(modelVersion.version) },
        ...{ state: 'READY' as const, reason: '' },
      })),
    ),
  );

  serve(app, routes.getStatistics, async (_, context) => {
    const all = await Promise.all(
      (await ownEndpoints(context)).map(({ name }) => statisticsOf(context, name)),
    );
    return { model_stats: all.flat() };
  });
  serve(app, routes.getModelStatistics, async ({ params }, context) => ({
    model_stats: await statisticsOf(context, params.endpoint),
  }));
  serve(app, routes.getVersionStatistics, async ({ params }, context) => {
    const { modelVersion } = await servedBy(context, params);
    const version = String(modelVersion.version);
    const all = await statisticsOf(context, params.endpoint);
    return { model_stats: all.filter((one) => one.version === version) };
  });

  for (const route of [routes.getModelMetadata, routes.getVersionMetadata])
    serve(app, route, ({ params }, context) => metadataOf(context, params));
  for (const route of [routes.getModelReady, routes.getVersionReady])
    serve(app, route, async ({ params }, context) => {
      const { modelVersion } = await servedBy(context, params);
      await context.open(context.workspace, modelVersion);
      return { name: params.endpoint, ready: true as const };
    });
}

export function serveInfer(app: App): void {
  for (const route of [routes.inferModel, routes.inferVersion]) serveInference(app, route, infer);
}

interface Asked {
  endpoint: string;
  version?: string;
}
const versionOf = ({ version }: Asked) => (version === undefined ? undefined : Number(version));

async function infer(request: InferenceRequest): Promise<unknown> {
  const { endpoint, version } = request;
  const asked = readInferRequest(await request.bytes(), request.header(HEADER_LENGTH));
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

async function servedBy(context: RequestContext, asked: Asked) {
  const all = await context.serving(context.workspace, asked.endpoint);
  return chosen(all, asked.endpoint, versionOf(asked));
}

/** Of the version asked for; else of the one that answers most. */
async function metadataOf(context: RequestContext, asked: Asked): Promise<routes.ModelMetadata> {
  const all = await context.serving(context.workspace, asked.endpoint);
  const version = versionOf(asked);
  const busiest = [...all].sort((a, b) => b.traffic - a.traffic)[0]!;
  const { modelVersion } = version === undefined ? busiest : chosen(all, asked.endpoint, version);
  return {
    name: asked.endpoint,
    versions: all.map(({ modelVersion }) => String(modelVersion.version)),
    platform: 'trainyard_wasm',
    inputs: inputTensors(modelVersion.inputs),
    outputs: outputTensors(modelVersion.output),
  };
}

/** A token of an endpoint sees that one alone. */
async function ownEndpoints({ db, workspace, caller }: RequestContext) {
  return caller.scope === 'endpoint' && caller.endpoint
    ? [await getEndpoint(db, workspace, caller.endpoint)]
    : listEndpoints(db, workspace, undefined);
}

async function statisticsOf({ db, workspace, traffic }: RequestContext, name: string) {
  const endpoint = await getEndpoint(db, workspace, name);
  const { totals } = await traffic.read(workspace, endpoint);
  return endpoint.deployments.map(({ modelVersion: { version } }) => {
    const total = totals.find((one) => one.version === version) ?? NONE;
    return {
      ...{ name, version: String(version) },
      last_inference: Date.parse(total.last),
      inference_count: total.rows,
      execution_count: total.requests - total.errors,
      inference_stats: {
        success: { count: total.requests - total.errors, ns: Math.round(total.answeredMs * NANOSECONDS) },
        fail: { count: total.errors, ns: Math.round(total.refusedMs * NANOSECONDS) },
      },
    };
  });
}

const NONE: Omit<TrafficTotal, 'version'> = {
  ...{ rows: 0, requests: 0, errors: 0, answeredMs: 0, refusedMs: 0 },
  last: new Date(0).toISOString(),
};
