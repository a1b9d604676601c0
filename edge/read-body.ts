/** A body of bytes that must fit into memory, unpacked where it came compressed. */
import { AppError } from '../shared/errors.ts';

const ENCODINGS = ['gzip', 'deflate'] as const;
type Encoding = (typeof ENCODINGS)[number];

/** Throws AppError `too_large` above `most` bytes, as sent or unpacked; `unsupported`, `invalid_request`. */
export async function readBody(
  body: ReadableStream<Uint8Array>,
  most: number,
  encoding: string | undefined,
): Promise<Uint8Array> {
  const stream = encoding && encoding !== 'identity' ? unpack(body, encoding.trim().toLowerCase()) : body;
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw encoding ? new AppError('invalid_request', `the body is no sound ${encoding}`, { cause }) : cause;
    });
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel().catch(() => {});
      throw new AppError('too_large', `the body is too large; expected at most ${most} bytes`);
    }
    pieces.push(value);
  }
  const [first] = pieces;
  if (pieces.length === 1) return first!;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function unpack(body: ReadableStream<Uint8Array>, encoding: string): ReadableStream<Uint8Array> {
  if (ENCODINGS.includes(encoding as Encoding))
    return body.pipeThrough(new DecompressionStream(encoding as Encoding) as never);
  throw new AppError(
    'unsupported',
    `the header "content-encoding" is "${encoding}"; expected ${ENCODINGS.join(' or ')}, or none`,
  );
}
