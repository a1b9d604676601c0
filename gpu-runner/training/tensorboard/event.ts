/**
 * TensorBoard's `Event` messages as protobuf, the few kinds that a training needs:
 * https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core (util/event.proto, framework/summary.proto, tensor.proto).
 */

/** What begins every file. */
export const versionEvent = (seconds: number): Uint8Array =>
  message([double(1, seconds), text(3, 'brain.Event:2')]);

/** Makes TensorBoard forget what earlier files of the folder say of this step and of those after it. */
export const startEvent = (seconds: number, step: number): Uint8Array =>
  message([double(1, seconds), integer(2, step), bytes(7, message([integer(1, 1)]))]); // SessionLog, status START

export const scalarEvent = (seconds: number, step: number, tag: string, value: number): Uint8Array =>
  summaryEvent(seconds, step, message([text(1, tag), float(2, value)]));

/** Shown on TensorBoard's page of texts, as Markdown. */
export function textEvent(seconds: number, step: number, tag: string, content: string): Uint8Array {
  const oneValue = bytes(2, message([integer(1, 1)])); // shape [1]
  const tensor = message([integer(1, 7), bytes(2, oneValue), text(8, content)]); // of type DT_STRING
  const metadata = bytes(1, text(1, 'text')); // name of the plug-in
  return summaryEvent(seconds, step, message([text(1, tag), bytes(8, tensor), bytes(9, metadata)]));
}

const summaryEvent = (seconds: number, step: number, value: Uint8Array): Uint8Array =>
  message([double(1, seconds), integer(2, step), bytes(5, bytes(1, value))]);

const message = (fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

/** The wire format: each field begins with its number and how long it is (https://protobuf.dev/programming-guides/encoding). */
const WIRE = { varint: 0, bits64: 1, bytes: 2, bits32: 5 } as const;

const key = (field: number, wire: number): number[] => varint(field * 8 + wire);
const integer = (field: number, value: number): Uint8Array =>
  Uint8Array.from([...key(field, WIRE.varint), ...varint(value)]);
const bytes = (field: number, content: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.from([...key(field, WIRE.bytes), ...varint(content.length)]), content]);
const text = (field: number, content: string): Uint8Array => bytes(field, Buffer.from(content));

function double(field: number, value: number): Uint8Array {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setFloat64(0, value, true);
  return Uint8Array.from([...key(field, WIRE.bits64), ...number]);
}

function float(field: number, value: number): Uint8Array {
  const number = new Uint8Array(4);
  new DataView(number.buffer).setFloat32(0, value, true);
  return Uint8Array.from([...key(field, WIRE.bits32), ...number]);
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest];
    out.push((rest % 128) + 128);
  }
}
