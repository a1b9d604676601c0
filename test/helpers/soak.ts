/**
 * An endpoint under load while what it serves is changed all the time: shares, other endpoints that come and go, aliases. Every answer
 * is checked against what the version that gave it must say, and versions that were taken away must fall silent.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../shared/api/client.ts';
import { deleteEndpoint, putEndpoint } from '../../shared/api/routes/endpoints.ts';
import { putModelAlias } from '../../shared/api/routes/models.ts';
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { createRandom } from '../../shared/graph/random.ts';
import type { PredictResponse } from '../../shared/schema/prediction.ts';
import { CSV, createModelProject, deployTrained, SPEC, trainArtifact } from './edge-scenario.ts';

export interface SoakOptions {
  seconds: number;
  connections: number;
  /** A version may still answer so long after it was taken away, ms. */
  graceMs: number;
  /** About how long what is served stays as it is, ms. */
  holdMs: number;
}

export interface Soaked {
  requests: number;
  changes: number;
  /** What went wrong, in words. */
  faults: string[];
}

const NAME = 'soak';
/** Numbers of a prediction that may differ by rounding. */
const TOLERANCE = 1e-5;

type Label = { label: string; probabilities: Record<string, number> };
const INSTANCES = [1, 7, 12, 19].map((a, i) => ({ a, b: 3 * i }));

/** Two versions that answer differently, behind one endpoint; the second serves at first. */
export async function prepareSoak(api: Client): Promise<Soak> {
  const project = await createModelProject(api, NAME, { bytes: CSV, type: 'text/csv', spec: SPEC });
  const expected = new Map<number, Label[]>();
  const versions: string[] = [];
  for (const seed of [1, 2]) {
    const trained = await trainArtifact({ ...SPEC, training: { ...SPEC.training, seed, epochs: 3 } });
    const predictor = await createPredictor(decodeArtifact(trained.artifact), createPlainExecutor());
    expected.set(seed, (await predictor.predict(INSTANCES)) as Label[]);
    const endpoint = await deployTrained(api, project, NAME, trained);
    versions.push(endpoint.deployments[0]!.modelVersion.id);
  }
  return { api, versions, expected };
}

interface Soak {
  api: Client;
  /** Ids of version 1 and version 2. */
  versions: string[];
  expected: ReadonlyMap<number, Label[]>;
}

export async function soak(
  { api, versions, expected }: Soak,
  { url, token }: { url: string; token: string },
  { seconds, connections, graceMs, holdMs }: SoakOptions,
): Promise<Soaked> {
  const until = Date.now() + seconds * 1000;
  const soaked: Soaked = { requests: 0, changes: 0, faults: [] };
  /** Versions that may answer, and when others last could. */
  let state = { allowed: new Set([1, 2]), since: Date.now() };
  const fault = (what: string) => void (soaked.faults.length < 100 && soaked.faults.push(what));

  const client = async () => {
    while (Date.now() < until) {
      const asked = Date.now();
      const before = state;
      try {
        const response = await fetch(`${url}/v1/endpoints/${NAME}/predict`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ instances: INSTANCES }),
        });
        soaked.requests++;
        if (response.status !== 200) {
          fault(`${response.status}: ${(await response.text()).slice(0, 200)}`);
          continue;
        }
        const reply = (await response.json()) as PredictResponse;
        const { version } = reply.model;
        if (!isAlike(reply.predictions as Label[], expected.get(version)))
          fault(`version ${version} answered ${JSON.stringify(reply.predictions)}`);
        if (before === state && asked - before.since > graceMs && !before.allowed.has(version))
          fault(`version ${version} answered ${asked - before.since} ms after it was taken away`);
      } catch (error) {
        fault(String(error));
      }
    }
  };

  const publisher = async () => {
    const random = createRandom(11);
    while (Date.now() < until) {
      const share = [100, 0, 50, 10][Math.floor(4 * random())]!;
      const deployments = versions
        .map((modelVersion, i) => ({ modelVersion, traffic: i === 0 ? share : 100 - share }))
        .filter(({ traffic }) => traffic > 0);
      state = { allowed: new Set([1, 2]), since: Date.now() };
      await api.call(putEndpoint, { params: { endpoint: NAME }, body: { deployments } });
      const allowed = deployments.map(({ modelVersion }) => versions.indexOf(modelVersion) + 1);
      state = { allowed: new Set(allowed), since: Date.now() };
      const endpoint = `passing-${soaked.changes}`;
      await api.call(putEndpoint, { params: { endpoint }, body: { deployments } });
      const params = { project: NAME, model: NAME, alias: 'champion' };
      await api.call(putModelAlias, { params, body: { version: 1 + (soaked.changes % 2) } });
      await sleep(Math.min(2 * holdMs * random(), Math.max(0, until - Date.now())));
      await api.call(deleteEndpoint, { params: { endpoint } });
      soaked.changes++;
    }
  };
  await Promise.all([publisher(), ...Array.from({ length: connections }, client)]);
  return soaked;
}

function isAlike(given: readonly Label[], expected: readonly Label[] | undefined): boolean {
  if (!expected || given.length !== expected.length) return false;
  return expected.every(({ label, probabilities }, i) => {
    const one = given[i]!;
    const isNear = ([name, p]: [string, number]) => Math.abs(p - one.probabilities[name]!) < TOLERANCE;
    return one.label === label && Object.entries(probabilities).every(isNear);
  });
}
