/**
 * `/predictor.js` as pages of another origin use it: the endpoint's model runs in the page and answers as the edge does, a table's and a
 * picture's; with the server gone it still answers; and without WebAssembly the edge does.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { createClient } from '../../shared/api/client.ts';
import { predict, putEndpoint } from '../../shared/api/routes/endpoints.ts';
import { createToken } from '../../shared/api/routes/projects.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { Instance, Prediction } from '../../shared/schema/prediction.ts';
import { CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';
import { hasChromium, launchChromium } from './chromium.ts';
import { startTrainyard } from './local.ts';
import { mnistFiles } from './mnist.ts';

const DIGITS = NetworkPipeline.parse({
  ...SPEC,
  features: [
    { column: 'image', steps: [{ type: 'image', height: 14, width: 14, channels: 1, scale: 'zero-one' }] },
  ],
  model: [
    { type: 'conv2d', filters: 4, kernelSize: 3, stride: 2 },
    { type: 'batch-norm' },
    { type: 'max-pooling2d' },
  ],
  training: { ...SPEC.training, epochs: 1 },
});

interface Told {
  predictions: Prediction[];
  ranOn: string;
  runsOn: string;
  reason: string | null;
  version: number;
}
/** As a page has it, without types. */
interface PageModel {
  predict(instances: unknown): Promise<Pick<Told, 'predictions' | 'ranOn'> & { model: { version: number } }>;
  runsOn: string;
  reason: string | null;
  dispose(): void;
}
interface Asked {
  endpoint: string;
  token: string;
  instances: readonly Instance[];
  maxBytes?: number;
}

describe.skipIf(!hasChromium)('a model in the page', { timeout: 240_000 }, () => {
  let trainyard: LocalTrainyard;
  let browser: Browser;
  let other: Server;
  const tokens = new Map<string, string>();
  const instances: Record<string, Instance[]> = {
    points: [
      { a: 1, b: 2 },
      { a: 19, b: 21 },
      { a: 10, b: 10.5 },
    ],
    digits: [0, 1].map((seed) => ({
      image: Array.from({ length: 28 }, (_, y) =>
        Array.from({ length: 28 }, (_, x) => (x * 7 * (seed + 1) + y * 31) % 256),
      ),
    })),
  };
  const api = (token = trainyard.ownerToken) => createClient({ baseUrl: trainyard.url, token });

  beforeAll(async () => {
    trainyard = await startTrainyard();
    browser = await launchChromium();
    const html = `<!doctype html><script type="module">
      import { loadModel } from '${trainyard.url}/predictor.js';
      globalThis.loadModel = loadModel;
    </script>`;
    other = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html)).listen(
      0,
      '127.0.0.1',
    );
    await once(other, 'listening');
    await serveModel(api(), 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
    const bytes = packZip(await mnistFiles(60));
    await serveModel(api(), 'digits', { bytes, format: 'pictures', type: 'application/zip', spec: DIGITS });
    for (const endpoint of ['points', 'digits']) {
      const { secret } = await api().call(createToken, {
        body: { scope: 'endpoint', endpoint, name: endpoint },
      });
      tokens.set(endpoint, secret);
    }
  }, 200_000);
  afterAll(async () => {
    await browser?.close();
    other?.close();
    await trainyard?.close();
  });

  async function openElsewhere(script: () => void = () => {}): Promise<Page> {
    const opened = await (await browser.newContext()).newPage();
    await opened.addInitScript(script);
    await opened.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    await opened.waitForFunction(() => 'loadModel' in globalThis);
    return opened;
  }
  const asking = (endpoint: string, more: Partial<Asked> = {}): Asked => ({
    ...{ endpoint, token: tokens.get(endpoint)!, instances: instances[endpoint]! },
    ...more,
  });
  const ask = (page: Page, asked: Asked): Promise<Told> =>
    page.evaluate(async ({ instances, ...options }) => {
      const { loadModel } = globalThis as unknown as { loadModel(given: object): Promise<PageModel> };
      const model = await loadModel(options);
      const { predictions, ranOn, model: answered } = await model.predict(instances);
      const { runsOn, reason } = model;
      model.dispose();
      return { predictions, ranOn, runsOn, reason, version: answered.version };
    }, asked);
  const atEdge = async (endpoint: string) =>
    (await api().call(predict, { params: { endpoint }, body: { instances: instances[endpoint]! } }))
      .predictions;

  let page: Page;
  it.for(['points', 'digits'])(
    '%s: answers as the edge does, in a page of another origin',
    async (endpoint) => {
      page ??= await openElsewhere();
      const told = await ask(page, asking(endpoint));
      expect(told).toMatchObject({ ranOn: 'page', runsOn: 'page', reason: null, version: 1 });
      expectSame(told.predictions, await atEdge(endpoint));
    },
  );

  it('is refused what the edge refuses, in the same words', async () => {
    const wrong = asking('points', { instances: [{ a: 1, b: 'two' }] });
    await expect(ask(page, wrong)).rejects.toThrow('instances[0], feature "b"');
    const foreign = asking('digits', { token: tokens.get('points')! });
    await expect(ask(page, foreign)).rejects.toThrow('this token may call only the endpoint "points"');
  });

  it('a model that is too large for the page is left to the edge', async () => {
    const told = await ask(page, asking('points', { maxBytes: 100 }));
    expect(told).toMatchObject({ ranOn: 'edge', runsOn: 'edge', version: 1 });
    expect(told.reason).toMatch(/the model has \d+ bytes, and at most 100 are taken here/);
    expectSame(told.predictions, await atEdge('points'));
  });

  it('a graph of models is left to the edge', async () => {
    const root = { type: 'sequence' as const, steps: [{ model: 'points' }] };
    const body = { graph: { nodes: { root } }, project: 'points' };
    await api().call(putEndpoint, { params: { endpoint: 'graph' }, body });
    const told = await ask(page, {
      ...{ endpoint: 'graph', token: trainyard.ownerToken, instances: instances.points! },
    });
    expect(told).toMatchObject({ ranOn: 'edge', runsOn: 'edge', version: 1 });
    expect(told.reason).toBe('the endpoint is a graph of models, which runs at the edge');
    expectSame(told.predictions, await atEdge('points'));
  });

  it('without WebAssembly the edge answers', async () => {
    const bare = await openElsewhere(() => void Reflect.deleteProperty(globalThis, 'WebAssembly'));
    const told = await ask(bare, asking('points'));
    expect(told).toMatchObject({ ranOn: 'edge', reason: 'there is no WebAssembly here' });
    expectSame(told.predictions, await atEdge('points'));
    await bare.context().close();
  });

  it('what is kept is checked before it is run', async () => {
    const spoilt = await page.evaluate(async () => {
      let count = 0;
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          if (!request.url.includes('/points/artifacts/')) continue;
          const bytes = new Uint8Array(await (await cache.match(request))!.arrayBuffer());
          bytes[bytes.length >> 1]! ^= 1;
          await cache.put(request, new Response(bytes));
          count += 1;
        }
      }
      return count;
    });
    expect(spoilt).toBe(1);
    const told = await ask(page, asking('points'));
    expect(told).toMatchObject({ ranOn: 'page', reason: null });
    expectSame(told.predictions, await atEdge('points'));
  });

  it('answers when the server is gone, also of a model that is opened only then', async () => {
    const before = await ask(page, asking('digits'));
    const asked = asking('digits');
    await trainyard.close();
    const told = await ask(page, asked);
    expect(told).toEqual(before);
    expect(told.ranOn).toBe('page');
  });
});

function expectSame(given: readonly Prediction[], expected: readonly Prediction[]): void {
  expect(given).toHaveLength(expected.length);
  for (const [i, one] of expected.entries()) {
    const [got, wanted] = [given[i], one] as { label: string; probabilities: Record<string, number> }[];
    expect(got!.label).toBe(wanted!.label);
    expect(Object.keys(got!.probabilities)).toEqual(Object.keys(wanted!.probabilities));
    for (const [label, share] of Object.entries(wanted!.probabilities))
      expect(Math.abs(got!.probabilities[label]! - share)).toBeLessThan(1e-5);
  }
}
