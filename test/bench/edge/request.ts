/** A POST with its body, to be sent over and over; without a body a GET. */
export interface Request {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | null;
}

/** Where a contestant listens. */
export const urlOf = (origin: string, { path }: Request): string => new URL(path, origin).href;

/** The answer's text. Throws an Error where its status is not 200. */
export async function ask(origin: string, request: Request): Promise<string> {
  const { headers, body } = request;
  const response = await fetch(urlOf(origin, request), {
    headers,
    ...(body && { method: 'POST', body: body as Uint8Array<ArrayBuffer> }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text.slice(0, 300)}`);
  return text;
}

export const withToken = (request: Request, token: string): Request => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});
