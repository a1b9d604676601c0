/** One row in a request's body: as our endpoints take it, and as the rivals do. */
import { createRandom } from '../../../shared/graph/random.ts';
import type { FittedPipeline } from '../../../shared/pipeline/fitted-pipeline.ts';
import type { BenchModel } from '../models/bench-model.ts';
import { columnNames } from './datasets.ts';
import type { Request } from './request.ts';

export interface Bodies {
  /** `name`: of the endpoint. */
  own(name: string): Request;
  rivals: Request;
  /** The rivals' body is a picture's bytes. */
  isBinary: boolean;
}

export type MakeBodies = (fitted: FittedPipeline) => Bodies;

/** A number for each column, by name; without names for the rivals. */
export function numberBodies({ inputShape }: BenchModel): MakeBodies {
  const random = createRandom(11);
  const columns = columnNames(inputShape[0]!);
  const row = columns.map(() => Number((4 * random() - 2).toFixed(3)));
  return () => jsonBodies(Object.fromEntries(columns.map((column, i) => [column, row[i]])), row);
}

/** A text of words that are all known; the rivals get their numbers. */
export function textBodies({ inputShape, vocabulary }: BenchModel): MakeBodies {
  const random = createRandom(12);
  const row = Array.from({ length: inputShape[0]! }, () => 2 + Math.floor(random() * (vocabulary! - 2)));
  return ({ features }) => {
    const { tokens } = features[0]!.steps[0]!.state as { tokens: string[] };
    return jsonBodies({ text: row.map((id) => tokens[id - 2]).join(' ') }, row);
  };
}

/** Nested arrays [height][width][channels]; without the last axis for grey. */
export function pictureBodies(model: BenchModel): MakeBodies {
  const [height, width, channels] = model.inputShape as [number, number, number];
  const pixels = pixelsOf(model);
  const pixel = (at: number) => (channels === 1 ? pixels[at] : [...pixels.subarray(at, at + channels)]);
  const image = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => pixel((y * width + x) * channels)),
  );
  return () => jsonBodies({ image }, image);
}

/** The same picture's bytes: for ours behind the JSON of the Open Inference Protocol. */
export function byteBodies(model: BenchModel): MakeBodies {
  const pixels = pixelsOf(model);
  const type = { 'content-type': 'application/octet-stream' };
  const input = { name: 'image', shape: [1, ...model.inputShape], datatype: 'UINT8' };
  const inputs = [{ ...input, parameters: { binary_data_size: pixels.length } }];
  const head = new TextEncoder().encode(JSON.stringify({ inputs }));
  const headers = { ...type, 'inference-header-content-length': String(head.length) };
  const own = { headers, body: Buffer.concat([head, pixels]) };
  return () => ({
    own: (name) => ({ path: `/v2/models/${name}/infer`, ...own }),
    rivals: { path: '/', headers: type, body: pixels },
    isBinary: true,
  });
}

function jsonBodies(instance: object, row: unknown): Bodies {
  const headers = { 'content-type': 'application/json' };
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify({ instances: [value] }));
  const own = { headers, body: encode(instance) };
  return {
    own: (name) => ({ path: `/v1/endpoints/${name}/predict`, ...own }),
    rivals: { path: '/', headers, body: encode(row) },
    isBinary: false,
  };
}

function pixelsOf({ inputShape }: BenchModel): Uint8Array {
  const random = createRandom(13);
  return Uint8Array.from({ length: inputShape.reduce((a, b) => a * b) }, () => Math.floor(256 * random()));
}
