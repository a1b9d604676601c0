/** The Open Inference Protocol as its clients speak it, and as its published schemas have it. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { putEndpoint } from '../../shared/api/routes/endpoints.ts';
import { createToken } from '../../shared/api/routes/projects.ts';
import { type Edge, startEdge } from '../helpers/edge.ts';
import { apiOf, claim, finish, queueRun, trainArtifact } from '../helpers/edge-scenario.ts';
import published from './open-inference.schemas.json' with { type: 'json' };

let edge: Edge;
let token: string;
beforeAll(async () => {
  const [started, trained] = await Promise.all([startEdge(), trainArtifact()]);
  edge = started;
  const owner = apiOf(edge);
  await queueRun(owner);
  const { modelVersion } = await finish(owner, await claim(owner), trained);
  const deployments = [{ modelVersion: modelVersion!, traffic: 100 }];
  await owner.call(putEndpoint, { params: { endpoint: 'points' }, body: { deployments } });
  const made = await owner.call(createToken, {
    body: { name: 'app', scope: 'endpoint', endpoint: 'points' },
  });
  token = made.secret;
});
afterAll(() => edge?.close());

type Body = string | Uint8Array<ArrayBuffer>;
const ask = (path: string, body?: Body, headers: Record<string, string> = {}) =>
  fetch(`${edge.url}/v2${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body }),
  });

const schemas = Object.fromEntries(
  Object.entries(published).map(([name, schema]) => [name, z.fromJSONSchema(schema as never)]),
) as Record<keyof typeof published, z.ZodType>;
/** The reply, which must be as the protocol has it. */
async function conforming(response: Response, schema: keyof typeof published): Promise<Reply> {
  const reply = await response.json();
  expect(schemas[schema].safeParse(reply).error).toBeUndefined();
  return reply as Reply;
}
interface Reply {
  error: string;
  extensions: string[];
  outputs: [Output, Output];
}
interface Output {
  data: (number | string)[];
  shape: number[];
}

const tensor = (name: string, values: readonly unknown[], more: object = {}) => ({
  ...{ name, shape: [values.length, 1], datatype: 'FP64', data: values },
  ...more,
});
const twoRows = { inputs: [tensor('a', [1, 19]), tensor('b', [2, 20])] };
const infer = (request: object, path = '/models/points/infer') => ask(path, JSON.stringify(request));

test('tells what it is, that it lives, and what it serves', async () => {
  for (const path of ['', '/']) {
    const server = await conforming(await ask(path), 'metadata_server_response');
    expect(server).toMatchObject({ name: 'trainyard' });
    expect(server.extensions).toContain('binary_tensor_data');
  }
  expect(await (await fetch(`${edge.url}/v2/health/live`)).json()).toMatchObject({ live: true });
  expect(await (await fetch(`${edge.url}/v2/health/ready`)).json()).toMatchObject({ ready: true });
  expect(await (await ask('/models')).json()).toEqual({ models: ['points'] });
  expect(await (await ask('/repository/index', '{}')).json()).toEqual([
    { name: 'points', version: '1', state: 'READY', reason: '' },
  ]);
  for (const path of ['/models/points', '/models/points/versions/1']) {
    expect(await conforming(await ask(path), 'metadata_model_response')).toEqual({
      ...{ name: 'points', versions: ['1'], platform: 'trainyard_wasm' },
      inputs: ['a', 'b'].map((name) => ({ name, datatype: 'FP64', shape: [-1, 1] })),
      outputs: [
        { name: 'label', datatype: 'BYTES', shape: [-1, 1] },
        { name: 'probabilities', datatype: 'FP64', shape: [-1, 2], parameters: { classes: ['high', 'low'] } },
      ],
    });
    expect(await (await ask(`${path}/ready`)).json()).toEqual({ name: 'points', ready: true });
  }
});

test('infers from JSON, with or without versions, and echoes the id', async () => {
  for (const path of ['/models/points/infer', '/models/points/versions/1/infer']) {
    const reply = await conforming(await infer({ id: '42', ...twoRows }, path), 'inference_response');
    expect(reply).toMatchObject({ model_name: 'points', model_version: '1', id: '42' });
    const [label, probabilities] = reply.outputs;
    expect(label).toMatchObject({ name: 'label', datatype: 'BYTES', shape: [2, 1], data: ['low', 'high'] });
    expect(probabilities.shape).toEqual([2, 2]);
    expect(Number(probabilities.data[0]) + Number(probabilities.data[1])).toBeCloseTo(1, 6);
  }
  const made = (await (await infer(twoRows)).json()) as { id: string };
  expect(made.id).toMatch(/^prd?/);
});

test.each<[string, object]>([
  ['one tensor of all numbers', { inputs: [tensor('input-0', [1, 2, 19, 20], { shape: [2, 2] })] }],
  [
    'nested data',
    {
      inputs: [
        {
          ...tensor('x', [1]),
          shape: [2, 2],
          data: [
            [1, 2],
            [19, 20],
          ],
        },
      ],
    },
  ],
  ['rows without a second axis', { inputs: twoRows.inputs.map((one) => ({ ...one, shape: [2] })) }],
  ['whole numbers', { inputs: twoRows.inputs.map((one) => ({ ...one, datatype: 'INT32' })) }],
  ['what nobody knows', { ...twoRows, model_name: 'points', parameters: { content_type: 'pd' } }],
  ['outputs by name', { ...twoRows, outputs: [{ name: 'label' }] }],
])('takes %s', async (_, request) => {
  const reply = await conforming(await infer(request), 'inference_response');
  expect(reply.outputs[0]).toMatchObject({ name: 'label', data: ['low', 'high'] });
});

describe('tensors as bytes', () => {
  /** As tritonclient sends it: no content type, bytes behind the JSON, and bytes are what is wanted. */
  function packed(numbers: readonly number[][], { wants = { binary_data_output: true } as object } = {}) {
    const parts = numbers.map((values) => new Uint8Array(Float64Array.from(values).buffer));
    const inputs = ['a', 'b'].map((name, i) => ({
      ...{ name, shape: [numbers[i]!.length, 1], datatype: 'FP64' },
      parameters: { binary_data_size: parts[i]!.length },
    }));
    const json = new TextEncoder().encode(JSON.stringify({ inputs, parameters: wants }));
    const body = new Uint8Array([...json, ...parts.flatMap((part) => [...part])]);
    return { body, headers: { 'inference-header-content-length': String(json.length) } };
  }

  test('are read, and answered as such', async () => {
    const { body, headers } = packed([
      [1, 19],
      [2, 20],
    ]);
    const response = await ask('/models/points/infer', body, headers);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const bytes = new Uint8Array(await response.arrayBuffer());
    const end = Number(response.headers.get('inference-header-content-length'));
    const { outputs } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    expect(outputs).toMatchObject([
      { name: 'label', shape: [2, 1], parameters: { binary_data_size: 4 + 3 + 4 + 4 } },
      { name: 'probabilities', shape: [2, 2], parameters: { binary_data_size: 32 } },
    ]);
    expect(new TextDecoder().decode(bytes.subarray(end, end + 15))).toBe('\x03\0\0\0low\x04\0\0\0high');
    const [high, low] = new Float64Array(bytes.slice(end + 15).buffer).subarray(0, 2);
    expect(low! + high!).toBeCloseTo(1, 6);
    expect(high!).toBeLessThan(low!);
  });

  test('are answered as JSON where that is wanted, and read when they come packed', async () => {
    const { body, headers } = packed([[19], [20]], { wants: {} });
    const json = await ask('/models/points/infer', body, headers);
    expect((await conforming(json, 'inference_response')).outputs[0]).toMatchObject({ data: ['high'] });
    const stream = new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'));
    const gzip = new Uint8Array(await new Response(stream).arrayBuffer());
    const again = await ask('/models/points/infer', gzip, { ...headers, 'content-encoding': 'gzip' });
    expect(again.status).toBe(200);
  });

  test.each<[string, (sent: ReturnType<typeof packed>) => ReturnType<typeof packed>, RegExp]>([
    ['no header', ({ body }) => ({ body, headers: {} as never }), /not JSON/],
    [
      'a header beyond the body',
      ({ body }) => ({ body, headers: { 'inference-header-content-length': '99999' } }),
      /"inference-header-content-length" is "99999"; expected 0 to \d+/,
    ],
    [
      'bytes that are missing',
      ({ body, headers }) => ({ body: body.slice(0, -1), headers }),
      /inputs\.1.*is 8, and 7/,
    ],
    [
      'bytes too many',
      ({ body, headers }) => ({ body: new Uint8Array([...body, 0]), headers }),
      /1 bytes more/,
    ],
  ])('are refused with %s', async (_, change, message) => {
    const { body, headers } = change(packed([[19], [20]]));
    const response = await ask('/models/points/infer', body, headers);
    expect(response.status).toBe(400);
    expect((await conforming(response, 'inference_error_response')).error).toMatch(message);
  });
});

test.each<[string, number, string | object, RegExp]>([
  ['no JSON', 400, '{"inputs": [', /not JSON/],
  [
    'NaN, which is no JSON',
    400,
    '{"inputs": [{"name":"a","shape":[1],"datatype":"FP32","data":[NaN]}]}',
    /NaN/,
  ],
  ['no inputs', 400, { inputs: [] }, /inputs/],
  ['an unknown datatype', 400, { inputs: [tensor('a', [1], { datatype: 'FP8' })] }, /inputs\.0\.datatype/],
  [
    'an unknown input',
    400,
    { inputs: [tensor('c', [1])] },
    /inputs\.0\.name.*no input "c"; it takes "a" FP64/,
  ],
  ['an input twice', 400, { inputs: [tensor('a', [1]), tensor('a', [1])] }, /twice/],
  ['an input that is missing', 422, { inputs: [tensor('a', [1])] }, /feature "b" is missing/],
  ['a shape too large', 400, { inputs: [tensor('a', [1], { shape: [3, 1] })] }, /has 1 elements.*room for 3/],
  ['rows of unlike number', 400, { inputs: [tensor('a', [1]), tensor('b', [1, 2])] }, /"b" has 2 rows/],
  ['text for a number', 400, { inputs: [tensor('a', ['x']), tensor('b', [1])] }, /number 0 is "x"/],
  ['no rows', 400, { inputs: [tensor('a', [], { shape: [0] }), tensor('b', [], { shape: [0] })] }, /0 rows/],
  ['a negative shape', 400, { inputs: [tensor('a', [1], { shape: [-1] })] }, /inputs\.0\.shape\.0/],
  ['an unknown output', 400, { ...twoRows, outputs: [{ name: 'odd' }] }, /no output "odd"; it gives "label"/],
  ['an absurd shape', 400, { inputs: [tensor('a', [1], { shape: [1e9, 1e9] })] }, /at most/],
])('refuses %s', async (_, status, request, message) => {
  const body = typeof request === 'string' ? request : JSON.stringify(request);
  const response = await ask('/models/points/infer', body);
  expect(response.status).toBe(status);
  expect((await conforming(response, 'inference_error_response')).error).toMatch(message);
});

test('a missing value may come as null or not a number where the model fills gaps, else it is refused', async () => {
  const response = await infer({ inputs: [tensor('a', [null]), tensor('b', [1])] });
  expect(response.status).toBe(422);
  expect((await conforming(response, 'inference_error_response')).error).toMatch(
    /"a" is null.*a finite number/,
  );
});

test('there is no other model, and no other version', async () => {
  const unknown = await infer(twoRows, '/models/points/versions/7/infer');
  expect(unknown.status).toBe(404);
  expect((await conforming(unknown, 'inference_error_response')).error).toBe(
    '"points" serves no version 7; it serves 1',
  );
  expect((await infer(twoRows, '/models/other/infer')).status).toBe(403);
  expect((await ask('/nothing')).status).toBe(404);
});

test('statistics count requests, rows and refusals', async () => {
  const before = await statistics();
  await infer(twoRows);
  await infer({ inputs: [tensor('a', [1])] });
  await vi.waitFor(async () => {
    const after = await statistics();
    expect(after.execution_count - before.execution_count).toBe(1);
    expect(after.inference_count - before.inference_count).toBe(2);
    expect(after.inference_stats.fail.count - before.inference_stats.fail.count).toBe(1);
    expect(after.last_inference).toBeGreaterThan(Date.now() - 60_000);
  });

  interface Statistics {
    execution_count: number;
    inference_count: number;
    last_inference: number;
    inference_stats: { fail: { count: number } };
  }
  async function statistics(): Promise<Statistics> {
    const replies = await Promise.all(
      ['/models/stats', '/models/points/stats', '/models/points/versions/1/stats'].map(async (path) =>
        (await ask(path)).json(),
      ),
    );
    const [first] = replies as { model_stats: Statistics[] }[];
    for (const reply of replies) expect(reply).toEqual(first);
    expect(first!.model_stats).toMatchObject([{ name: 'points', version: '1' }]);
    return first!.model_stats[0]!;
  }
});
