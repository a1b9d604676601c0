/** The Open Inference Protocol, version 2; models are endpoints. */
import * as routes from '../../shared/api/routes/open-inference.ts';
import { GRAPH_VERSION } from '../../shared/inference-graph/endpoint-face.ts';
import { inputTensors, outputTensors } from '../../shared/protocols/open-inference/model-tensors.ts';
import type { Deployment, Endpoint, TrafficTotal } from '../../shared/schema/endpoint.ts';
import type { ModelFace } from '../../shared/schema/model.ts';
import { type App, type RequestContext, serve } from '../contract.ts';
import { chosen } from '../endpoint/answer.ts';
import { requireVersion } from '../endpoint/answer-by-graph.ts';
import { infer } from '../endpoint/infer.ts';
import { serveInference } from '../endpoint/serve-inference.ts';
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
    (await ownEndpoints(context)).flatMap((endpoint) =>
      versionsOf(endpoint).map((version) => ({
        ...{ name: endpoint.name, version: String(version) },
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
    const version = String((await servedBy(context, params)).version);
    const all = await statisticsOf(context, params.endpoint);
    return { model_stats: all.filter((one) => one.version === version) };
  });

  for (const route of [routes.getModelMetadata, routes.getVersionMetadata])
    serve(app, route, ({ params }, context) => metadataOf(context, params));
  for (const route of [routes.getModelReady, routes.getVersionReady])
    serve(app, route, async ({ params }, context) => {
      for (const deployment of await deploymentsBehind(context, params))
        await context.open(context.workspace, deployment);
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

async function servedBy(context: RequestContext, asked: Asked): Promise<ModelFace> {
  const { deployments, graph } = await context.serving(context.workspace, asked.endpoint);
  if (!graph) return chosen(deployments, asked.endpoint, versionOf(asked)).modelVersion;
  requireVersion(graph, versionOf(asked));
  return graph;
}

/** What must be ready before it can answer: of a graph all its models. */
async function deploymentsBehind(context: RequestContext, asked: Asked): Promise<readonly Deployment[]> {
  const { deployments, graph } = await context.serving(context.workspace, asked.endpoint);
  if (!graph) return [chosen(deployments, asked.endpoint, versionOf(asked))];
  requireVersion(graph, versionOf(asked));
  return deployments;
}

const versionsOf = ({ deployments, graph }: Pick<Endpoint, 'deployments' | 'graph'>): number[] =>
  graph ? [GRAPH_VERSION] : deployments.map(({ modelVersion }) => modelVersion.version);

/** Of the version asked for; else of the one that answers most. */
async function metadataOf(context: RequestContext, asked: Asked): Promise<routes.ModelMetadata> {
  const { deployments, graph } = await context.serving(context.workspace, asked.endpoint);
  const [busiest] = [...deployments].sort((a, b) => b.traffic - a.traffic);
  const model = graph || asked.version !== undefined ? await servedBy(context, asked) : busiest!.modelVersion;
  return {
    name: asked.endpoint,
    versions: graph
      ? [String(graph.version)]
      : deployments.map(({ modelVersion }) => String(modelVersion.version)),
    platform: 'trainyard_wasm',
    inputs: inputTensors(model.inputs),
    outputs: outputTensors(model.output),
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
  return versionsOf(endpoint).map((version) => {
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
