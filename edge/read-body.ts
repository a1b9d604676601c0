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
  const sent = await readAll(body, most);
  if (!encoding || encoding === 'identity') return sent;
  const unpacked = unpack(new Blob([sent]).stream(), encoding.trim().toLowerCase());
  return readAll(unpacked, most).catch((cause) => {
    if (cause instanceof AppError) throw cause;
    throw new AppError('invalid_request', `the body is no sound ${encoding}`, { cause });
  });
}

/** Bytes that are worth reading for nothing. */
const DRAINED_MOST = 16 * 2 ** 20;

/**
 * Lets a body that is refused come to its end, unless it is very large: a connection that is left in the middle of one is lost, and the refusal
 * with it.
 */
export async function drainBody({ body, bodyUsed, headers }: Request): Promise<void> {
  const isBearable = Number(headers.get('content-length') ?? Number.NaN) <= DRAINED_MOST;
  if (isBearable && body && !bodyUsed && !body.locked)
    await body.pipeTo(new WritableStream()).catch(() => {});
}

async function readAll(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
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
