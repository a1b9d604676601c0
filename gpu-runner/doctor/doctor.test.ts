/** What is found of what a machine, a driver and a server say. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeJoin } from '../../shared/api/join-token.ts';
import { parseCuda, parseGpus } from '../machine/nvidia-smi.ts';
import type { Findings } from './examine.ts';
import { judgeGpus } from './gpu.ts';
import { judgeClock } from './server.ts';

const T4 = 'Tesla T4, 15360, 14923, 535.183.01\n';

describe('a GPU', () => {
  it('is told with its driver and CUDA', () => {
    expect(judgeGpus(parseGpus(T4), parseCuda('CUDA Version: 12.2 '))).toEqual({
      ...{ name: 'GPU', state: 'ok' },
      found: 'Tesla T4, 14.6 GiB free of 15.0 GiB; driver 535.183.01; CUDA up to 12.2',
    });
  });

  it.each([
    [T4, '11.4', /update the NVIDIA driver to 525/],
    ['Tesla T4, 15360, 500, 535.183.01\n', '12.2', /who holds its memory/],
    ['', null, /--gpus all/],
  ])('%j with CUDA %j has a remedy', (csv, cuda, remedy) => {
    expect(judgeGpus(parseGpus(csv), cuda)).toMatchObject({
      state: 'note',
      remedy: expect.stringMatching(remedy),
    });
  });
});

describe('the clock', () => {
  const date = 'Sun, 29 Nov 2026 08:00:10 GMT';
  const at = Date.parse(date);
  it.each([
    // the header's second lasts until 10.999
    [at - 200, at + 900, 'ok', "agrees with the server's"],
    [at + 900, at + 950, 'ok', "agrees with the server's"],
    [at - 5100, at - 5000, 'ok', "5 s behind the server's"],
    [at - 61_000, at - 60_000, 'note', "60 s behind the server's"],
    [at + 3_601_000, at + 3_601_500, 'note', "3600 s ahead of the server's"],
  ])('asked at %d, answered at %d', (sent, received, state, found) => {
    expect(judgeClock({ date, sent, received })).toMatchObject({ state, found });
  });
});

describe('`runner doctor --json`', { timeout: 60_000 }, () => {
  let home: string;
  let server: Server;
  let answer: { status: number; body: unknown };
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'trainyard-doctor-'));
    server = createServer((_, response) => {
      response.sendDate = false;
      response.writeHead(answer.status, {
        'content-type': 'application/json',
        date: new Date(Date.now() + 120_000).toUTCString(),
      });
      response.end(JSON.stringify(answer.body));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(async () => {
    server.close();
    await rm(home, { recursive: true });
  });

  async function doctor(): Promise<{ code: number; findings: Findings }> {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { ...process.env, TRAINYARD_HOME: home, TRAINYARD_JOIN: encodeJoin({ url, token: 'ty_1' }) };
    const main = join(import.meta.dirname, '..', 'main.ts');
    const { stdout, code } = await promisify(execFile)(process.execPath, [main, 'doctor', '--json'], { env })
      .then(({ stdout }) => ({ stdout, code: 0 }))
      .catch(({ stdout, code }: { stdout: string; code: number }) => ({ stdout, code }));
    return { code, findings: JSON.parse(stdout) as Findings };
  }

  it('says what there is here, from Node to the clock', async () => {
    const workspace = { id: 'ws_01jb0000000000000000000000', name: 'mine' };
    answer = { status: 200, body: { workspace, scope: 'runner' } };
    const { code, findings } = await doctor();
    expect([code, findings.canTrain]).toEqual([0, true]);
    const found = new Map(findings.findings.map((one) => [one.name, one]));
    expect([...found.keys()]).toEqual([
      ...[
        'Node',
        'GPU',
        'libtensorflow',
        'TensorFlow',
        'Matrix product',
        'Memory',
        'Disk',
        'Server',
        'Clock',
      ],
    ]);
    expect(found.get('Matrix product')!.found).toMatch(/^256 × 256 on the [CG]PU: [\d.]+ GFLOP\/s$/);
    expect(found.get('Server')!.found).toMatch(/workspace mine, token of scope runner$/);
    expect(found.get('Clock')).toMatchObject({ state: 'note', remedy: expect.stringContaining('set-ntp') });
  });

  it('of a token that is none any more, says so and what to do', async () => {
    answer = { status: 401, body: { error: { code: 'unauthorized', message: 'expected a valid token' } } };
    const { code, findings } = await doctor();
    expect([code, findings.canTrain]).toEqual([1, false]);
    expect(findings.findings.find(({ name }) => name === 'Server')).toMatchObject({
      ...{ state: 'fault', found: 'expected a valid token' },
      remedy: expect.stringContaining('runner join-token'),
    });
  });
});
