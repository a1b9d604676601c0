/** Contestant `hono-hello`: the least that a Worker can do. */
import { Hono } from 'hono';

export default new Hono().get('/', (c) => c.text('hello'));
