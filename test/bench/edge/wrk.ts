/**
 * Load by wrk, which takes so little of the processor that two cores are enough for it and a server: `connections` clients, each sending its next
 * request when the last was answered.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Request, urlOf } from './request.ts';

export interface Load {
  requestsPerSecond: number;
  /** ms */
  p50: number;
  p99: number;
}

interface Counted {
  requests: number;
  /** All times in µs. */
  duration: number;
  p50: number;
  p99: number;
  /** Requests without the right answer. */
  failed: number;
}

/** Throws an Error where a request is not answered, or with another status than 200. */
export async function wrk(
  origin: string,
  request: Request,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Load> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-wrk-'));
  try {
    const script = join(folder, 'request.lua');
    await writeFile(script, await scriptOf(request, join(folder, 'body')));
    const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout=30s', '-s', script];
    const { stdout } = await promisify(execFile)('wrk', [...flags, urlOf(origin, request)]);
    const counted: Counted = JSON.parse(stdout.trim().split('\n').at(-1)!);
    const { requests, duration, p50, p99, failed } = counted;
    if (failed > 0 || requests === 0)
      throw new Error(`${failed} of ${requests} requests to ${origin}${request.path} failed`);
    return { requestsPerSecond: (1e6 * requests) / duration, p50: p50 / 1000, p99: p99 / 1000 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function scriptOf({ headers, body }: Request, bodyFile: string): Promise<string> {
  if (body) await writeFile(bodyFile, body);
  const lines = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
  );
  return `
    wrk.method = "${body ? 'POST' : 'GET'}"
    ${lines.join('\n')}
    ${body ? `wrk.body = io.open(${JSON.stringify(bodyFile)}, "rb"):read("*a")` : ''}
    function done(summary, latency)
      local errors = summary.errors
      local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
      io.write(string.format('\\n{"requests":%d,"duration":%d,"p50":%d,"p99":%d,"failed":%d}\\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed))
    end`;
}
