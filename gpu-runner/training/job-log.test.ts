import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { LogLine } from '../../shared/schema/job.ts';
import { createJobLog } from './job-log.ts';

function openLog(send: (lines: LogLine[], signal: AbortSignal) => Promise<unknown> = async () => {}) {
  const arrived: LogLine[] = [];
  const log = createJobLog({
    async send(lines, signal) {
      await send(lines, signal);
      arrived.push(...lines);
    },
    retry: { firstMs: 1, longestMs: 1 },
    flushMs: 500,
  });
  return { log, arrived, texts: () => arrived.map(({ line, text }) => `${line} ${text}`) };
}

describe('job log', () => {
  it('sends lines by itself, numbered from 0 on', async () => {
    const { log, arrived } = openLog();
    log.add('one');
    log.add('two', 'error');
    expect(arrived).toEqual([]);
    await expect
      .poll(() => arrived, { timeout: 5000 })
      .toMatchObject([
        { line: 0, level: 'info', text: 'one' },
        { line: 1, level: 'error', text: 'two' },
      ]);
    log.add('three');
    await log.flush();
    expect(arrived.at(-1)).toMatchObject({ line: 2, text: 'three' });
  });

  it('sends the same lines under the same numbers again when the server was away', async () => {
    const tried: number[] = [];
    const { log, texts } = openLog(async (lines) => {
      tried.push(lines[0]!.line);
      if (tried.length < 3) throw new AppError('unavailable', 'away');
    });
    log.add('one');
    await log.flush();
    expect(tried).toEqual([0, 0, 0]);
    expect(texts()).toEqual(['0 one']);
  });

  it('keeps the last 5,000 of what waits, says how many are missing, and sends at most 500 at once', async () => {
    const sizes: number[] = [];
    const { log, texts } = openLog(async (lines) => sizes.push(lines.length));
    for (let i = 0; i < 5003; i++) log.add(`line ${i}`);
    await log.flush();
    expect(texts().slice(0, 2)).toEqual([
      '0 3 lines are missing here: the server was away for too long',
      '1 line 3',
    ]);
    expect(texts().at(-1)).toBe('5000 line 5002');
    expect(Math.max(...sizes)).toBe(500);
  });

  it('lets the job end while the server says nothing', async () => {
    const { log, arrived } = openLog(() => new Promise(() => {}));
    log.add('one');
    await log.flush();
    log.close();
    expect(arrived).toEqual([]);
  });

  it('says no more once it was refused', async () => {
    let tries = 0;
    const { log } = openLog(async () => {
      tries++;
      throw new AppError('stale_fence', 'another runner has it');
    });
    log.add('one');
    await log.flush();
    log.add('two');
    await log.flush();
    expect(tries).toBe(1);
  });
});
