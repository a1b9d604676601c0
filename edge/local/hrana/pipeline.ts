/**
 * Pipelines on streams. Between two requests a stream is known by its baton, a secret that changes every time; whoever
 * does not come back within the idle limit loses the stream, and its transaction is rolled back.
 */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { ConnectionPool } from './connection.ts';
import { HranaError, toProtocolError } from './errors.ts';
import type { HranaLimits } from './limits.ts';
import { PipelineRequest, type PipelineResponse, StreamRequest, type StreamResult } from './protocol.ts';
import { Stream } from './stream.ts';
import { ResultBudget } from './values.ts';
import { WriteGate } from './write-gate.ts';

export class Pipelines {
  readonly #pool: ConnectionPool;
  readonly #limits: HranaLimits;
  readonly #gate: WriteGate;
  readonly #open = new Set<Stream>();
  readonly #waiting = new Map<string, { stream: Stream; timer: NodeJS.Timeout }>(); // by baton

  constructor(pool: ConnectionPool, limits: HranaLimits) {
    this.#pool = pool;
    this.#limits = limits;
    this.#gate = new WriteGate(limits.busyMs);
  }

  /** `gone` tells that the client hung up: nobody will ever know the new baton, so the stream is closed at once. */
  async run(body: unknown, gone: AbortSignal): Promise<PipelineResponse> {
    const { baton, requests } = parse(PipelineRequest, body);
    const stream = typeof baton === 'string' ? this.#resume(baton) : this.#start();
    const abandon = () => this.#end(stream);
    gone.addEventListener('abort', abandon, { once: true });
    const budget = new ResultBudget(this.#limits);
    const results: StreamResult[] = [];
    for (const request of requests) {
      try {
        results.push({ type: 'ok', response: await stream.handle(parse(StreamRequest, request), budget) });
      } catch (error) {
        results.push({ type: 'error', error: toProtocolError(error) });
      }
    }
    gone.removeEventListener('abort', abandon);
    if (stream.closed) this.#open.delete(stream);
    return { baton: stream.closed ? null : this.#suspend(stream), base_url: null, results };
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    for (const stream of this.#open) this.#end(stream);
  }

  #start(): Stream {
    if (this.#open.size >= this.#limits.maxStreams)
      throw new HranaError(
        'STREAM_LIMIT',
        `${this.#limits.maxStreams} streams are open already; try again later`,
        503,
      );
    const stream = new Stream(this.#pool, this.#gate);
    this.#open.add(stream);
    return stream;
  }

  #resume(baton: string): Stream {
    const waiting = this.#waiting.get(baton);
    if (!waiting)
      throw new HranaError(
        'STREAM_EXPIRED',
        `the stream is unknown, in use, or was closed after ${this.#limits.streamIdleMs} ms without a request`,
      );
    clearTimeout(waiting.timer);
    this.#waiting.delete(baton);
    return waiting.stream;
  }

  #suspend(stream: Stream): string {
    const baton = randomBytes(24).toString('base64url');
    const timer = setTimeout(() => {
      this.#waiting.delete(baton);
      this.#end(stream);
    }, this.#limits.streamIdleMs);
    this.#waiting.set(baton, { stream, timer });
    return baton;
  }

  #end(stream: Stream): void {
    this.#open.delete(stream);
    stream.close();
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HranaError('HRANA_PROTO_ERROR', `not a Hrana request: ${z.prettifyError(parsed.error)}`);
}
