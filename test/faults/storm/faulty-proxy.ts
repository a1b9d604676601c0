/**
 * A proxy before a server that disturbs what goes through it: it cuts requests off before they arrive or before their answer is back, delays
 * them, sends them twice, or lets others pass them. It keeps a ledger of what the server answered.
 */
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export const REQUEST_FAULTS = ['cut before', 'cut after', 'delayed', 'doubled', 'reordered'] as const;
export type RequestFault = (typeof REQUEST_FAULTS)[number];

/** A request that the server answered. `sent` and `answered` count all such moments, in their order. */
export interface Entry {
  method: string;
  path: string;
  body: Buffer;
  status: number;
  reply: Buffer;
  sent: number;
  answered: number;
}

export interface FaultyProxy {
  url: string;
  /** Where requests go. */
  target: string;
  /** Added to each request, for the server's clock. */
  clockOffset: number;
  ledger: Entry[];
  close(): void;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** `faultFor` says what befalls the next request; null: nothing. Milliseconds of delays are drawn from `random`. */
export async function startFaultyProxy(
  target: string,
  faultFor: () => RequestFault | null,
  random: () => number,
): Promise<FaultyProxy> {
  const agent = new Agent({ keepAlive: true });
  let moments = 0;
  /** Requests that wait for another to pass them. */
  let overtaken: (() => void)[] = [];
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.on('upgrade', (incoming, socket, head) => {
    const { hostname, port } = new URL(proxy.target);
    const far = connect(Number(port), hostname, () => {
      const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}`);
      far.write(`GET ${incoming.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      far.write(head);
      far.pipe(socket).pipe(far);
    });
    for (const end of [far, socket]) {
      end.on('error', () => {});
      end.on('close', () => {
        far.destroy();
        socket.destroy();
      });
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    clockOffset: 0,
    ledger: [],
    close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
  return proxy;

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const fault = faultFor();
    if (fault === 'cut before') return void outgoing.destroy();
    if (fault === 'delayed') await sleep(100 + 2900 * random());
    if (fault === 'reordered') await passed();
    if (fault === 'doubled') {
      const later = 2000 * random();
      void sleep(later)
        .then(() => forward(incoming, body))
        .catch(() => {});
    }
    const answer = await forward(incoming, body);
    if (fault === 'cut after') return void outgoing.destroy();
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  /** Resolves once another request has been answered, or after two seconds. */
  function passed(): Promise<void> {
    return Promise.race([new Promise<void>((resolve) => overtaken.push(resolve)), sleep(2000)]);
  }

  function forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const sent = moments++;
    return new Promise((resolve, reject) => {
      const headers = { ...incoming.headers, 'x-clock-offset': String(proxy.clockOffset) };
      const { method = 'GET', url: path = '/' } = incoming;
      const onward = send(new URL(path, proxy.target), { method, headers, agent }, async (response) => {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of response) chunks.push(chunk as Buffer);
        } catch (error) {
          return reject(error);
        }
        const status = response.statusCode ?? 0;
        const reply = Buffer.concat(chunks);
        proxy.ledger.push({ method, path, body, status, reply, sent, answered: moments++ });
        for (const pass of overtaken.splice(0)) pass();
        overtaken = [];
        resolve({ status, headers: response.headers, body: reply });
      });
      onward.on('error', reject);
      onward.end(body);
    });
  }
}
