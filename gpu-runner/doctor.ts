/** `runner doctor`: what this machine trains with, whether it can, and what to do about what is amiss. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { styleText } from 'node:util';
import { createClient } from '../shared/api/client.ts';
import { getSession } from '../shared/api/routes/projects.ts';
import { messageOf } from '../shared/errors.ts';
import { findHome, findServer } from './find-server.ts';
import { type Probe, probeTensorflow } from './tensorflow/probe.ts';
import { readSetupReport } from './tensorflow/setup-report.ts';

export interface Finding {
  name: string;
  /** `note`: it trains, but not as well as it could. `fault`: it cannot train. */
  state: 'ok' | 'note' | 'fault';
  found: string;
  /** What to do about it. */
  remedy?: string;
}

export interface Findings {
  canTrain: boolean;
  findings: Finding[];
}

const GIB = 2 ** 30;
const gib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`;

export async function examine(home = findHome()): Promise<Findings> {
  const gpu = examineGpu();
  const findings = [
    examineNode(),
    gpu.finding,
    examineSource(),
    ...(await examineTensorflow(gpu.present)),
    examineMemory(),
    await examineDisk(home),
    await examineServer(home),
  ];
  return { canTrain: findings.every(({ state }) => state !== 'fault'), findings };
}

export function printFindings({ canTrain, findings }: Findings): void {
  const marks = { ok: styleText('green', '✓'), note: styleText('yellow', '!'), fault: styleText('red', '✗') };
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, state, found, remedy } of findings) {
    process.stdout.write(`${marks[state]} ${name.padEnd(width)}  ${found}\n`);
    if (remedy) process.stdout.write(`  ${' '.repeat(width)}  → ${remedy}\n`);
  }
  process.stdout.write(canTrain ? '\nThis machine can train.\n' : '\nThis machine cannot train yet.\n');
}

function examineNode(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const found = `${process.version}, ${process.platform} ${process.arch}`;
  if (major === 22) return { name: 'Node', state: 'ok', found };
  const remedy =
    'run it with the Node 22 that `npm install` brings (npx trainyard runner …): tfjs-node needs 22';
  return { name: 'Node', state: major < 22 ? 'fault' : 'note', found, remedy };
}

function examineGpu(): { present: boolean; finding: Finding } {
  const name = 'GPU';
  try {
    const ask = (...args: string[]) =>
      execFileSync('nvidia-smi', args, {
        encoding: 'utf8',
        timeout: 20_000,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const gpus = ask('--query-gpu=name,memory.total,memory.free,driver_version', '--format=csv,noheader')
      .trim()
      .split('\n');
    const cuda = /CUDA Version:\s*([\d.]+)/.exec(ask())?.[1];
    const found = `${gpus.join('; ')}${cuda ? `; driver supports CUDA ${cuda}` : ''}`;
    return { present: true, finding: { name, state: 'ok', found } };
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return {
      present: false,
      finding: absent
        ? {
            name,
            state: 'note',
            found: 'none: no NVIDIA driver here (nvidia-smi not found); trains on the CPU',
          }
        : {
            name,
            state: 'note',
            found: `nvidia-smi failed: ${messageOf(error).split('\n')[1] || messageOf(error)}`,
            remedy:
              'see that the NVIDIA driver is loaded and this user may use it; until then it trains on the CPU',
          },
    };
  }
}

function examineSource(): Finding {
  const name = 'libtensorflow';
  const report = readSetupReport();
  if (report && report.source !== 'none') return { name, state: 'ok', found: report.why };
  return { name, state: 'note', found: report?.why ?? 'not set up', remedy: 'npm run setup' };
}

async function examineTensorflow(gpuPresent: boolean): Promise<Finding[]> {
  const name = 'TensorFlow';
  let probe: Probe;
  try {
    probe = await probeTensorflow();
  } catch (error) {
    return [{ name, state: 'fault', found: messageOf(error), remedy: 'npm install && npm run setup' }];
  }
  const found = probe.problem
    ? `${probe.device}; libtensorflow does not load: ${probe.problem}`
    : probe.device;
  const loaded: Finding =
    probe.backend === 'javascript'
      ? { name, state: 'note', found, remedy: 'npm run setup; until then training works, many times slower' }
      : gpuPresent && !probe.usesGpu
        ? {
            name,
            state: 'note',
            found: `${found}; does not use the GPU`,
            remedy: "set up against pip's tensorflow[and-cuda], then npm run setup",
          }
        : { name, state: 'ok', found };
  return [
    loaded,
    { name: 'Matrix product', state: 'ok', found: `256 × 256: ${probe.gflops.toFixed(1)} GFLOP/s` },
  ];
}

function examineMemory(): Finding {
  const found = `${gib(freemem())} free of ${gib(totalmem())}, ${availableParallelism()} CPU cores`;
  if (freemem() >= GIB) return { name: 'Memory', state: 'ok', found };
  return { name: 'Memory', state: 'note', found, remedy: 'free at least 1 GiB, or train with small batches' };
}

async function examineDisk(home: string): Promise<Finding> {
  const name = 'Disk';
  try {
    mkdirSync(home, { recursive: true });
    const { bavail, bsize } = await statfs(home);
    const found = `${gib(bavail * bsize)} free in ${home}`;
    if (bavail * bsize >= GIB) return { name, state: 'ok', found };
    return {
      name,
      state: bavail * bsize < GIB / 10 ? 'fault' : 'note',
      found,
      remedy: `make room, or move TRAINYARD_HOME (now ${home})`,
    };
  } catch (error) {
    return {
      name,
      state: 'fault',
      found: messageOf(error),
      remedy: `let TRAINYARD_HOME name a folder that can be written (now ${home})`,
    };
  }
}

async function examineServer(home: string): Promise<Finding> {
  const name = 'Server';
  try {
    const { url, token } = findServer(home);
    const signal = AbortSignal.timeout(10_000);
    const session = await createClient({ baseUrl: url, token }).call(getSession, {}, { signal });
    const found = `${url}, workspace ${session.workspace.name}, token of scope ${session.scope}`;
    if (session.scope !== 'endpoint') return { name, state: 'ok', found };
    return { name, state: 'fault', found, remedy: 'use a token of scope runner (or owner)' };
  } catch (error) {
    return {
      name,
      state: 'fault',
      found: messageOf(error),
      remedy: 'start Trainyard (npm start), or set TRAINYARD_URL and TRAINYARD_TOKEN',
    };
  }
}
