/** Load on one URL: `connections` clients, each sending its next request when the last was answered. */
import { Agent, request } from 'node:http';
import { median } from './rows.ts';

export interface Target {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Throws when a request is not answered with 200. */
export async function load(
  target: Target,
  connections: number,
  seconds: number,
): Promise<{ perSecond: number; p50: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = []; // ms
  const start = performance.now();
  const end = start + seconds * 1000;
  const client = async () => {
    for (let at = performance.now(); at < end; at = performance.now()) {
      await post(target, agent);
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const elapsed = performance.now() - start;
  agent.destroy();
  return { perSecond: (1000 * latencies.length) / elapsed, p50: median(latencies) };
}

/** The answer's text. */
export function post({ url, headers, body }: Target, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () =>
          answer.statusCode === 200
            ? resolve(text)
            : reject(new Error(`${url}: ${answer.statusCode} ${text}`)),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
