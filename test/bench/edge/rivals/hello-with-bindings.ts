/** `hono-hello` with what wrangler.toml binds, for cold starts: workerd then has the same to start as for ours, but for the isolate. */
import hello from './hono-hello.ts';

export class Live {}
export class EndpointMonitor {}
export const direct = { fetch: hello.fetch };
export default hello;
