/** What a request must say about the bytes it brings, before any is read. */
import { SHA256_HEADER } from '../../shared/api/routes/datasets.ts';
import { AppError } from '../../shared/errors.ts';
import { Sha256 } from '../../shared/schema/id.ts';
import type { RequestContext } from '../contract.ts';

/** Bytes, from Content-Length. */
export function contentLength({ header }: Pick<RequestContext, 'header'>, max: number): number {
  const text = header('content-length');
  if (text === undefined || !/^\d+$/.test(text))
    throw new AppError('length_required', `Content-Length: expected the number of bytes, at most ${max}`);
  const size = Number(text);
  if (size > max)
    throw new AppError('too_large', `Content-Length: ${size} bytes are too many; expected at most ${max}`);
  return size;
}

export function contentSha256({ header }: Pick<RequestContext, 'header'>): string {
  const promised = header(SHA256_HEADER) ?? '';
  if (!Sha256.safeParse(promised).success)
    throw new AppError(
      'invalid_request',
      `${SHA256_HEADER}: expected the body's sha256 as 64 lower-case hexadecimal digits; got "${promised.slice(0, 80)}"`,
    );
  return promised;
}

/** A stored object as a response; its bytes never change, so it may be kept. */
export function bytesResponse(object: R2ObjectBody, contentType = 'application/octet-stream'): Response {
  return new Response(object.body, {
    headers: {
      'content-type': contentType,
      'content-length': String(object.size),
      etag: object.httpEtag,
      'cache-control': 'private, no-cache',
    },
  });
}
