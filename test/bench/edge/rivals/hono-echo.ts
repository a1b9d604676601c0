/** Contestant `hono-echo`: reads JSON, writes JSON, and infers nothing; bytes are read, and counted. */
import { Hono } from 'hono';

export default new Hono().post('/', async (c) => {
  if (c.req.header('content-type') === 'application/json') return c.json(await c.req.json());
  return c.json({ bytes: (await c.req.arrayBuffer()).byteLength });
});
