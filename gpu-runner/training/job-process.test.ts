/** Real children: what they are given, and how they end when memory runs out. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { profileBytes } from '../../shared/data/profile-dataset.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import { fromTemplate } from '../../shared/templates/advise.ts';
import { describeCrash } from './failure.ts';
import type { JobOrder } from './job-messages.ts';
import { startJobProcess } from './job-process.ts';
import { HUNG_AFTER_MS } from './watchdog.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-job-'));
});
afterEach(async () => {
  delete process.env.NODE_OPTIONS;
  await rm(folder, { recursive: true });
});

const quiet = {
  onEvent() {},
  onExchange: () => Promise.reject(new Error('it trains alone')),
  onLine() {},
  hungAfterMs: HUNG_AFTER_MS,
};

async function orderOf(rows: number): Promise<JobOrder> {
  const lines = Array.from({ length: rows }, (_, i) => `${i % 97},${i % 2 ? 'odd' : 'even'}`);
  const bytes = new TextEncoder().encode(`x,parity\n${lines.join('\n')}\n`);
  const datasetPath = join(folder, 'data.csv');
  await writeFile(datasetPath, bytes);
  const profile = profileBytes(bytes, 'csv');
  const spec = NetworkPipeline.parse(fromTemplate('table-network', profile, { target: 'parity' }));
  const dataset = { format: 'csv', profile, sha256: '0'.repeat(64) } as DatasetVersion;
  const alone = { run: 'run', team: null };
  return { spec, dataset, datasetPath, checkpoint: undefined, weights: new Map(), ...alone };
}

describe.runIf(process.platform === 'linux')('a training process', () => {
  it('shares a GPU, and is the first to go when the machine is out of memory', async () => {
    const child = startJobProcess(await orderOf(100), quiet);
    const about = (file: string) => readFile(`/proc/${child.pid}/${file}`, 'utf8');
    try {
      expect((await about('environ')).split('\0')).toContain('TF_FORCE_GPU_ALLOW_GROWTH=true');
      await expect.poll(() => about('oom_score_adj')).toBe('800\n');
    } finally {
      child.kill();
      await child.ended;
    }
  });

  it('that outgrows its heap has run out of memory, in words without a stack', {
    timeout: 60_000,
  }, async () => {
    const order = await orderOf(300_000); // the order alone is a quarter of the heap, the table another
    process.env.NODE_OPTIONS = '--max-old-space-size=12';
    const lines: string[] = [];
    const onLine = (text: string, level: string) => lines.push(`${level}: ${text}`);
    const ending = await startJobProcess(order, { ...quiet, onLine }).ended;
    expect(lines).toContainEqual(expect.stringMatching(/^warning: .*JavaScript heap out of memory/));
    if (ending.type !== 'crashed') throw new Error(`expected a crash, it was ${JSON.stringify(ending)}`);
    const { reason, message } = describeCrash(ending, 3);
    expect(reason).toBe('out_of_memory');
    expect(message).toMatch(/not enough memory \(.*JavaScript heap out of memory\)\. Fewer rows/);
    expect(message).not.toContain('\n');
  });

  it('that is stopped from outside is found to hang, and killed', { timeout: 60_000 }, async () => {
    const order = await orderOf(20_000);
    Object.assign(order.spec.training, { epochs: 10_000 });
    let heard: (() => void) | undefined;
    const training = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const child = startJobProcess(order, {
      ...quiet,
      onEvent: (event) => event.type === 'progress' && event.progress.step > 0 && heard?.(),
      hungAfterMs: 10_000,
    });
    await training;
    process.kill(child.pid!, 'SIGSTOP');
    const ending = await child.ended;
    expect(ending).toMatchObject({
      type: 'crashed',
      signal: 'SIGKILL',
      hung: expect.stringMatching(/^said nothing for [\d.]+ s \(training, step \d+ of \d+\)$/),
    });
  });
});
