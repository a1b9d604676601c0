/**
 * Durable Object, one for each workspace: its live channel. Sockets hibernate, tagged with their topics, so an idle
 * workspace costs nothing. Its alarm looks at the jobs: leases that ran out, delays that are over; whether any is, is for the database
 * to say.
 */
import { DurableObject } from 'cloudflare:workers';
import type { LiveEvent } from '../../shared/schema/live.ts';
import type { Run } from '../../shared/schema/run.ts';
import type { Env } from '../env.ts';
import { topicsOf } from './topics.ts';

const PROTOCOL = 'trainyard.v1';
/** Milliseconds after a lease's end that the jobs are looked at, and the wait after a database that did not answer. */
const GRACE_MS = 250;
const RETRY_MS = 5000;
/** A search goes on when a trial ends; should whoever heard of that have died, it goes on after so long. */
const SEARCH_MS = 15_000;
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

  /** Sees to it that the alarm rings then, or before. */
  async watchJobs(workspace: string, due: number): Promise<void> {
    this.ctx.storage.kv.put(KEY, workspace);
    const at = due + GRACE_MS;
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  override async alarm(): Promise<void> {
    const workspace = this.ctx.storage.kv.get<string>(KEY);
    if (workspace === undefined) return;
    try {
      const { openDb } = await import('../store/db.ts');
      const { nextDue, sweepLeases } = await import('../store/leases.ts');
      const { runningSweeps } = await import('../store/sweeps.ts');
      const { advanceSweep } = await import('../sweeps/advance.ts');
      const db = openDb(this.env.LIBSQL_URL, this.env.LIBSQL_TOKEN);
      for (const run of await sweepLeases(db, workspace)) this.publish({ type: 'run', run });
      const searches = await runningSweeps(db, workspace);
      for (const sweep of searches) {
        const stores = { db, blobs: this.env.BLOBS, workspace };
        for (const run of await advanceSweep(stores, sweep)) this.publish({ type: 'run', run });
      }
      const due = await nextDue(db, workspace);
      const look = searches.length > 0 ? Date.now() + SEARCH_MS : null;
      const next = due === null || look === null ? (due ?? look) : Math.min(due, look);
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
