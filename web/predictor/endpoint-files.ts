/** What an endpoint serves: its description, and the artifact of one of its models; from the server, or kept of an earlier time. */
import { createClient } from '../../shared/api/client.ts';
import { getEndpoint, getEndpointArtifact } from '../../shared/api/routes/endpoints.ts';
import { AppError } from '../../shared/errors.ts';
import { Endpoint } from '../../shared/schema/endpoint.ts';
import { sha256 } from '../../shared/sha256.ts';
import { findKept, keep, keepOnly } from './kept.ts';

export interface EndpointAddress {
  baseUrl: string;
  endpoint: string;
  token: string;
}

const urlOf = ({ baseUrl, endpoint }: EndpointAddress) =>
  `${baseUrl}/v1/endpoints/${encodeURIComponent(endpoint)}`;
const artifactUrl = (address: EndpointAddress, artifact: string) => `${urlOf(address)}/artifacts/${artifact}`;

/** Throws AppError: what the server refuses, and `unavailable` where it cannot be reached and nothing was kept. */
export async function describeEndpoint(address: EndpointAddress): Promise<Endpoint> {
  const { endpoint } = address;
  const url = urlOf(address);
  try {
    const found = await createClient(address).call(getEndpoint, { params: { endpoint } });
    await keep(url, new TextEncoder().encode(JSON.stringify(found)));
    const served = found.deployments.map(({ modelVersion }) => artifactUrl(address, modelVersion.artifact));
    await keepOnly(`${url}/`, new Set(served));
    return found;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
    const kept = await findKept(url);
    if (!kept) throw error;
    return Endpoint.parse(JSON.parse(new TextDecoder().decode(kept)));
  }
}

/** Whoever decodes the bytes checks them. Throws AppError. */
export async function fetchArtifact(address: EndpointAddress, artifact: string): Promise<Uint8Array> {
  const { endpoint } = address;
  const url = artifactUrl(address, artifact);
  const kept = await findKept(url);
  if (kept && sha256(kept) === artifact) return kept;
  const response = await createClient(address).call(getEndpointArtifact, { params: { endpoint, artifact } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  await keep(url, bytes);
  return bytes;
}
