/** Pictures as arrays in JSON: large bodies are read another way than small ones, and must be answered and refused alike. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toDataUrl } from '../../shared/data/encode-png.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { createRandom } from '../../shared/graph/random.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, SPEC, serveModel } from '../helpers/edge-scenario.ts';

const SIDE = 24;
const TRAINING = { ...SPEC.training, epochs: 20, optimizer: { type: 'adam', learningRate: 0.002 } };
const random = createRandom(2);
const noise = (light: boolean) =>
  Uint8Array.from({ length: SIDE * SIDE * 3 }, () => (light ? 128 : 0) + Math.floor(128 * random()));
const pictureOf = (data: Uint8Array) => ({ width: SIDE, height: SIDE, channels: 3 as const, data });
const urlOf = (data: Uint8Array) => toDataUrl(pictureOf(data));
const arraysOf = (data: Uint8Array) =>
  Array.from({ length: SIDE }, (_, y) =>
    Array.from({ length: SIDE }, (_, x) => [...data.subarray((y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3)]),
  );

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
  await serveModel(apiOf(edge), 'shade', {
    format: 'pictures',
    type: 'application/zip',
    bytes: packZip(
      Array.from({ length: 40 }, (_, i) => ({
        path: `${i % 2 ? 'light' : 'dark'}/${i}.png`,
        bytes: new Uint8Array(Buffer.from(urlOf(noise(i % 2 === 1)).split(',')[1]!, 'base64')),
      })),
    ),
    spec: NetworkPipeline.parse({
      ...{ schemaVersion: 1, task: 'classification', target: 'label' },
      ...{ split: { validation: 0.2, test: 0.2 }, training: TRAINING },
      features: [
        {
          column: 'image',
          steps: [{ type: 'image', height: SIDE, width: SIDE, channels: 3, scale: 'minus-one-one' }],
        },
      ],
      model: [{ type: 'flatten' }],
    }),
  });
}, 60_000);
afterAll(() => edge?.close());

async function predict(body: string): Promise<{ status: number; reply: Record<string, unknown> }> {
  const response = await fetch(`${edge.url}/v1/endpoints/shade/predict`, {
    method: 'POST',
    headers: { authorization: `Bearer ${edge.ownerToken}`, 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, reply: await response.json() };
}
const predictionsOf = async (body: string) => (await predict(body)).reply.predictions;

it('arrays are answered as the same pictures in PNG are, with blanks or without', async () => {
  const pictures = [noise(true), noise(false)];
  const asPng = await predictionsOf(
    JSON.stringify({ instances: pictures.map((data) => ({ image: urlOf(data) })) }),
  );
  const arrays = { instances: pictures.map((data) => ({ image: arraysOf(data) })) };
  for (const text of [JSON.stringify(arrays), JSON.stringify(arrays, null, 1)])
    expect(await predictionsOf(text)).toEqual(asPng);
  expect((asPng as { label: string }[]).map(({ label }) => label)).toEqual(['light', 'dark']);
});

it.each([
  [
    'a number that is no byte',
    (image: unknown[][][]) => image.with(3, [[[1, 2, 300]]]),
    422,
    /row 3 is not an array of 24/,
  ],
  [
    'a text in it',
    (image: unknown[][][]) => image.with(0, image[0]!.with(5, ['x', 1, 2])),
    422,
    /\[0\]\[5\]/,
  ],
])('%s is refused with its place', async (_, change, status, words) => {
  const image = change(arraysOf(noise(true)));
  const refused = await predict(JSON.stringify({ instances: [{ image }] }));
  expect(refused.status).toBe(status);
  expect(JSON.stringify(refused.reply)).toMatch(words);
});

it('what is no JSON is refused, and so are other bodies of the kind', async () => {
  const image = JSON.stringify(arraysOf(noise(true)));
  const broken = await predict(`{"instances":[{"image":${image}}}`);
  expect(broken).toMatchObject({ status: 400, reply: { error: { code: 'invalid_request' } } });
  expect(JSON.stringify(broken.reply)).toContain('not JSON');
  const stranger = await predict(`{"instances":[{"image":${image},"size":1}]}`);
  expect(stranger.status).toBe(422);
  expect(JSON.stringify(stranger.reply)).toContain('size');
  const explained = await predict(`{"instances":[{"image":${image}}],"explain":true}`);
  expect(explained.status).toBe(200);
  expect(explained.reply.explanations).toHaveLength(1);
});
