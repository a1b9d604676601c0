/** Puts a model version, or a graph of models, behind an endpoint, for `deploy` and `train --deploy`. */
import { getEndpoint, putEndpoint } from '../shared/api/routes/endpoints.ts';
import { AppError } from '../shared/errors.ts';
import { faceOf } from '../shared/inference-graph/endpoint-face.ts';
import type { Endpoint } from '../shared/schema/endpoint.ts';
import type { InferenceGraph } from '../shared/schema/inference-graph.ts';
import type { Context } from './context.ts';
import { style } from './output.ts';
import { type Share, shareTraffic } from './traffic.ts';

/** `percent` goes to the new version, the rest to what is served now; a new endpoint gives its only version all. */
export async function publish(
  { client }: Context,
  endpoint: string,
  version: Pick<Share, 'modelVersion' | 'precision'>,
  percent: number,
): Promise<Endpoint> {
  const present = await client.call(getEndpoint, { params: { endpoint } }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  });
  const deployments = shareTraffic(present?.deployments ?? [], version, percent);
  return client.call(putEndpoint, { params: { endpoint }, body: { deployments } });
}

/** A graph of the project's models, in place of whatever is served now. */
export function publishGraph(
  { client, project }: Context,
  endpoint: string,
  graph: InferenceGraph,
): Promise<Endpoint> {
  return client.call(putEndpoint, { params: { endpoint }, body: { graph, project } });
}

export function predictUrl({ server }: Context, endpoint: string): string {
  return `${server.url}/v1/endpoints/${endpoint}/predict`;
}

/** The URL, and a command to copy that calls it with an example made of the model's inputs. */
export function describeEndpoint(context: Context, endpoint: Endpoint): string {
  const { inputs } = faceOf(endpoint);
  const example = Object.fromEntries(
    inputs.map((field) => [
      field.name,
      field.type === 'image'
        ? '<base64 PNG or JPEG>'
        : field.type === 'audio'
          ? '<base64 WAV>'
          : field.example,
    ]),
  );
  const body = JSON.stringify({ instances: [example] }).replaceAll("'", "'\\''");
  const url = predictUrl(context, endpoint.name);
  return [
    style('bold', url),
    '',
    `curl ${url} \\`,
    `  -H "authorization: Bearer $TRAINYARD_TOKEN" -H 'content-type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}
