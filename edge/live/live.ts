/**
 * Durable Object, one for each workspace: its live channel. Sockets hibernate, tagged with their topics, so an idle
 * workspace costs nothing. Its alarm takes away the leases that ran out; whether one did is for the database to say.
 */
import { DurableObject } from 'cloudflare:workers';
import type { LiveEvent } from '../../shared/schema/live.ts';
import type { Run } from '../../shared/schema/run.ts';
import type { Env } from '../env.ts';
import { openDb } from '../store/db.ts';
import { nextExpiry, sweepLeases } from '../store/leases.ts';
import { topicsOf } from './topics.ts';

const PROTOCOL = 'trainyard.v1';
/** Milliseconds after a lease's end that it is looked at, and the wait after a database that did not answer. */
const GRACE_MS = 250;
const RETRY_MS = 5000;
const KEY = 'workspace';

export class Live extends DurableObject<Env> {
  override async fetch(request: Request): Promise<Response> {
    const topics = new URL(request.url).searchParams.get('topics')!.split(',');
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, topics);
    const asked = request.headers.get('sec-websocket-protocol')?.split(',') ?? [];
    const headers = new Headers();
    if (asked.some((name) => name.trim() === PROTOCOL)) headers.set('sec-websocket-protocol', PROTOCOL);
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  publish(event: LiveEvent): void {
    const message = JSON.stringify(event);
    const sockets = new Set(topicsOf(event).flatMap((topic) => this.ctx.getWebSockets(topic)));
    for (const socket of sockets) socket.send(message);
    if (event.type === 'run') this.#wakeRunners(event.run);
  }

  #wakeRunners({ state, on, job }: Run): void {
    if (state === 'queued' && on === 'runner') this.publish({ type: 'job-waiting', job });
  }

  /** Sees to it that the alarm rings when this lease runs out, or before. */
  async watchLeases(workspace: string, expiresAt: number): Promise<void> {
    this.ctx.storage.kv.put(KEY, workspace);
    const at = expiresAt + GRACE_MS;
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  override async alarm(): Promise<void> {
    const workspace = this.ctx.storage.kv.get<string>(KEY);
    if (workspace === undefined) return;
    try {
      const db = openDb(this.env.LIBSQL_URL, this.env.LIBSQL_TOKEN);
      for (const run of await sweepLeases(db, workspace)) this.publish({ type: 'run', run });
      const next = await nextExpiry(db, workspace);
      if (next !== null) await this.ctx.storage.setAlarm(Math.max(next, Date.now()) + GRACE_MS);
    } catch {
      await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    }
  }

  /** Clients only listen; closing answers theirs. */
  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }
}
