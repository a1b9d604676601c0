/** Pages of any origin may call endpoints: what lets them is a token, which no browser sends by itself. */
import { cors } from 'hono/cors';
import type { App } from './contract.ts';
import { EXPOSED } from './endpoint/other-origins.ts';

const PATHS = ['/v1/endpoints/*', '/v1/embeddings', '/v2', '/v2/*'];

export function allowOtherOrigins(app: App): void {
  const allow = cors({
    origin: '*',
    allowMethods: ['GET', 'POST', 'DELETE'],
    exposeHeaders: EXPOSED,
    maxAge: 86_400, // seconds
  });
  // what does not come from a page goes the short way
  for (const path of PATHS) app.use(path, (c, next) => (c.req.header('origin') ? allow(c, next) : next()));
}
