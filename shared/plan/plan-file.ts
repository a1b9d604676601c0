/** A plan as bytes: the length of its head, the head as JSON, and behind it all numbers, each at a multiple of eight. */
import type { ParameterValues } from '../executors/executor.ts';
import type { Plan, PlannedModel } from './plan.ts';

const MAGIC = 0x31504c54; // "TLP1"
const ALIGN = 8;

/** Where a part lies behind the head, bytes. */
interface Part {
  offset: number;
  length: number;
}

export function encodePlan(plan: Plan): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let end = 0;
  const keep = (bytes: Uint8Array): Part => {
    const part = { offset: end, length: bytes.length };
    const filled = new Uint8Array(Math.ceil(bytes.length / ALIGN) * ALIGN);
    filled.set(bytes);
    parts.push(filled);
    end += filled.length;
    return part;
  };
  const head = pad(new TextEncoder().encode(JSON.stringify({ ...plan, model: packModel(plan.model, keep) })));
  const bytes = new Uint8Array(ALIGN + head.length + end);
  new Uint32Array(bytes.buffer, 0, 2).set([MAGIC, head.length]);
  let at = ALIGN;
  for (const part of [head, ...parts]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** `bytes`: as `encodePlan` gave them; its parts are views of them. Throws an Error for what is no plan. */
export function decodePlan(bytes: Uint8Array<ArrayBuffer>): Plan {
  const [magic, length] = new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
  if (magic !== MAGIC) throw new Error('this is no plan');
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(ALIGN, ALIGN + length!)));
  const body = bytes.subarray(ALIGN + length!);
  return {
    ...head,
    model: unpackModel(head.model, (part) => body.subarray(part.offset, part.offset + part.length)),
  };
}

/** Blanks, which JSON does not mind, up to where numbers may begin. */
function pad(text: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(text.length / ALIGN) * ALIGN).fill(0x20);
  padded.set(text);
  return padded;
}

type Packed =
  | { kind: 'network'; image: object; segments: { address: number; part: Part }[] }
  | { kind: 'estimator'; parameters: [name: string, shape: readonly number[], part: Part][] };

function packModel(model: PlannedModel, keep: (bytes: Uint8Array) => Part): Packed {
  if (model.kind === 'network') {
    const { segments, ...image } = model.image;
    return {
      kind: 'network',
      image,
      segments: segments.map(({ address, bytes }) => ({ address, part: keep(bytes) })),
    };
  }
  const parameters = [...model.parameters].map(
    ([name, { shape, data }]): [string, readonly number[], Part] => [
      name,
      shape,
      keep(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ],
  );
  return { ...model, parameters };
}

function unpackModel(packed: Packed, bytesOf: (part: Part) => Uint8Array<ArrayBuffer>): PlannedModel {
  if (packed.kind === 'network') {
    const segments = packed.segments.map(({ address, part }) => ({ address, bytes: bytesOf(part) }));
    return { kind: 'network', image: { ...packed.image, segments } as never };
  }
  const parameters: ParameterValues = new Map(
    packed.parameters.map(([name, shape, part]) => {
      const bytes = bytesOf(part);
      return [name, { shape, data: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) }];
    }),
  );
  return { ...packed, parameters } as PlannedModel;
}
