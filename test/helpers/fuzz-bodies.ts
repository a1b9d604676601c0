/**
 * Bodies that are nearly right, from a seed: good requests of each protocol with a few things changed, in their structure (shapes,
 * datatypes, lengths, nesting, odd numbers, keys twice) and in their bytes.
 */
import { gzipSync } from 'node:zlib';
import { createRandom } from '../../shared/graph/random.ts';

export interface FuzzedRequest {
  path: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

type Random = () => number;
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Good ones for a model of the numbers `a` and `b`, by path. */
const GOOD: readonly [path: string, body: Json][] = [
  ['/v1/endpoints/points/predict', { instances: [{ a: 1, b: 2 }] }],
  [
    '/v1/endpoints/points/predict',
    { instances: [{ a: 1, b: 2 }], explain: { class: 'high', baseline: { a: 0 }, seed: 2 } },
  ],
  ['/v1/endpoints/points/predict', { instances: [{ a: 1, b: 2 }], embeddings: true, stream: true }],
  [
    '/v1/endpoints/points/invocations',
    {
      dataframe_split: {
        columns: ['a', 'b'],
        data: [
          [1, 2],
          [3, 4],
        ],
      },
    },
  ],
  ['/v1/endpoints/points/invocations', { inputs: { a: [1, 2], b: [3, 4] } }],
  ['/v1/endpoints/points', { inputs: { data: { a: [1], b: [2] } }, parameters: { top_k: 1 } }],
  ['/v1/embeddings', { model: 'points', input: ['a', 'b'], encoding_format: 'base64' }],
  [
    '/v2/models/points/infer',
    {
      id: 'x',
      parameters: { binary_data_output: false },
      inputs: [
        { name: 'a', shape: [2, 1], datatype: 'FP64', data: [1, 2] },
        { name: 'b', shape: [2], datatype: 'INT32', data: [3, 4] },
      ],
      outputs: [{ name: 'label', parameters: { binary_data: true } }],
    },
  ],
  ['/v2/models/points/infer', { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [[1, 2]] }] }],
];

/** Stands for what JSON has no word for, and is written into the text afterwards. */
const RAW = '\u0001raw:';
const ODD: readonly Json[] = [
  ...[null, true, false, 0, -0, -1, 1, 0.5, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 1e21],
  ...['', ' ', 'a', 'b', 'FP16', 'BYTES', 'UINT8', 'constructor', '\u0000', '💥', 'x'.repeat(5000)],
  ...[[], {}, [[]], [null], { a: {} }, [[[[[[[[1]]]]]]]]],
  ...['1e400', '-1e400', '-0', 'NaN', 'Infinity', '01', '1.', '"\\ud800"', '[1,]'].map((text) => RAW + text),
  RAW + '['.repeat(500) + ']'.repeat(500),
  `${RAW}{"__proto__":{"polluted":true}}`,
];
const DATATYPES = ['BOOL', 'UINT8', 'INT8', 'UINT16', 'INT64', 'UINT64', 'FP16', 'FP32', 'FP64', 'BYTES'];

export function fuzzedRequest(seed: number): FuzzedRequest {
  const random = createRandom(seed, 0xf022);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const [path, good] = pick(GOOD);
  let json = structuredClone(good);
  for (let changes = Math.floor(random() * 4); changes > 0; changes--) json = changed(json, random, pick);
  const headers: Record<string, string> = {};
  if (random() < 0.9)
    headers['content-type'] = random() < 0.9 ? 'application/json' : pick(['image/png', 'x', 'text/csv']);
  let body: Uint8Array<ArrayBuffer>;
  if (path.startsWith('/v2') && random() < 0.4) body = withTensors(json, random, pick, headers);
  else body = new TextEncoder().encode(textOf(json));
  if (random() < 0.1) body = damaged(body, random);
  if (random() < 0.05) {
    headers['content-encoding'] = pick(['gzip', 'deflate', 'br', 'odd']);
    if (random() < 0.5) body = new Uint8Array(gzipSync(body));
  }
  return { path, headers, body };
}

/** A value somewhere in it is another, is gone, or is there more often. */
function changed(json: Json, random: Random, pick: <T>(from: readonly T[]) => T): Json {
  if (random() < 0.25 || json === null || typeof json !== 'object') return pick(ODD);
  if (Array.isArray(json)) {
    const list = [...json];
    const at = Math.floor(random() * (list.length + 1));
    const how = random();
    if (how < 0.2) list.splice(at, 1);
    else if (how < 0.4) list.splice(at, 0, pick(ODD));
    else if (how < 0.5) for (let i = 0; i < 2000; i++) list.push(list[0] ?? 0);
    else if (list.length > 0) {
      const place = Math.min(at, list.length - 1);
      list[place] = changed(list[place]!, random, pick);
    }
    return list;
  }
  const keys = Object.keys(json);
  const key = pick(keys.length > 0 ? keys : ['a']);
  const how = random();
  if (how < 0.15) {
    const { [key]: _, ...rest } = json;
    return rest;
  }
  if (how < 0.3)
    return { ...json, [pick(['a', 'c', 'data', 'shape', 'outputs', 'x'.repeat(300)])]: pick(ODD) };
  if (key === 'datatype' && how < 0.8) return { ...json, datatype: pick(DATATYPES) };
  return { ...json, [key]: changed(json[key] ?? null, random, pick) };
}

const textOf = (json: Json): string =>
  JSON.stringify(json).replace(/"\\u0001raw:((?:[^"\\]|\\.)*)"/g, (_, text: string) =>
    JSON.parse(`"${text}"`),
  );

/** Tensors as bytes behind the JSON, most of them of the right length. */
function withTensors(
  json: Json,
  random: Random,
  pick: <T>(from: readonly T[]) => T,
  headers: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const inputs = (json as { inputs?: Json } | null)?.inputs;
  for (const input of Array.isArray(inputs) ? inputs : []) {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) continue;
    const size = pick([0, 1, 4, 8, 16, 16, 16, 8, 8, 33]);
    parts.push(Uint8Array.from({ length: size }, () => Math.floor(random() * 256)));
    delete input.data;
    input.parameters = { binary_data_size: random() < 0.9 ? size : pick(ODD) };
  }
  const head = new TextEncoder().encode(textOf(json));
  const length =
    random() < 0.85
      ? String(head.length)
      : pick(['0', '-1', '1e3', '99999999999', '', 'x', String(head.length - 1)]);
  if (random() < 0.95) headers['inference-header-content-length'] = length;
  return new Uint8Array(Buffer.concat([head, ...parts]));
}

function damaged(body: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = body.slice(0, random() < 0.5 ? Math.floor(random() * body.length) : body.length);
  for (let i = Math.floor(random() * 4); i > 0 && bytes.length > 0; i--)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}
