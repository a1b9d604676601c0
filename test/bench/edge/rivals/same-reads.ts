/** Reads what a first prediction reads (two rows from the database, one object from R2), and says hello: what of a cold start is not ours. */
interface Env {
  LIBSQL_URL: string;
  LIBSQL_TOKEN: string;
  BLOBS: { list(options: { limit: number }): Promise<unknown> };
}

const body = JSON.stringify({
  requests: [{ type: 'execute', stmt: { sql: 'SELECT 1 FROM tokens' } }, { type: 'close' }],
});

async function readRow({ LIBSQL_URL, LIBSQL_TOKEN }: Env): Promise<void> {
  const headers = { authorization: `Bearer ${LIBSQL_TOKEN}`, 'content-type': 'application/json' };
  const reply = await fetch(`${LIBSQL_URL}/v2/pipeline`, { method: 'POST', headers, body });
  await reply.json();
}

export class Live {}
export class EndpointMonitor {}
const worker = {
  async fetch(_: Request, env: Env): Promise<Response> {
    await readRow(env);
    await readRow(env);
    await env.BLOBS.list({ limit: 1 });
    return new Response('hello');
  },
};
export default worker;
/** As ours lets requests in. */
export { worker as direct };
