/** The queue, the fleet and a run's log as a person sees and steers them, with a real runner. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stopRun } from '../../shared/api/routes/runs.ts';
import type { Run } from '../../shared/schema/run.ts';
import { type RunnerProcess, startRunner } from '../faults/runner-process.ts';
import { LONG, SHORT } from '../helpers/long-run.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import { signIn } from './journey.ts';
import { startTrainyard, type TestTrainyard } from './local.ts';
import { prepareProject } from './steered-runs.ts';

describe.skipIf(!hasChromium)('the queue and the fleet', () => {
  let trainyard: TestTrainyard;
  let browser: Browser;
  let home: string;
  let runner: RunnerProcess | undefined;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'trainyard-runner-'));
    trainyard = await startTrainyard();
    browser = await launchChromium();
  }, 300_000);

  afterAll(async () => {
    await runner?.end('SIGTERM');
    await browser?.close();
    await trainyard?.close();
    await rm(home, { recursive: true, force: true });
  });

  it('shows what waits, lets it be put in order and held back, and then follows the runner', async () => {
    const { page, errors } = await openPage(browser);
    const project = await prepareProject(trainyard, 'depot');
    await signIn(page, trainyard.url, trainyard.ownerToken);
    const bar = page.getByRole('navigation', { name: 'All projects' });
    await bar.getByRole('link', { name: 'Fleet' }).click();
    await page.getByText('No runner has been here yet').waitFor();
    await page.getByText(`npx trainyard runner join-token --at ${trainyard.url}`).waitFor();
    await shoot(page, 'fleet-empty');
    await bar.getByRole('link', { name: 'Queue' }).click();
    await page.getByText('Nothing waits').waitFor();
    await shoot(page, 'queue-empty');

    // in the order in which they came; they show up by themselves
    const runs: Record<string, Run> = {};
    for (const [name, spec] of [
      ['first', SHORT],
      ['second', SHORT],
      ['third', { ...LONG, training: { ...LONG.training, epochs: 10_000 } }],
    ] as const)
      runs[name] = await project.queue(spec, { on: 'runner', name });
    const row = (name: string) => page.getByRole('row', { name, exact: true });
    const names = () =>
      page.locator('tbody tr').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    await expect.poll(names, { timeout: 10_000 }).toEqual(['first', 'second', 'third']);
    await row('first').getByText('a runner: none is there').waitFor();

    // the third comes first by the keyboard, the first is held back, and the second is stopped
    await page.getByLabel('Priority of third', { exact: true }).press('ArrowUp');
    await expect.poll(names, { timeout: 10_000 }).toEqual(['third', 'first', 'second']);
    await page.getByRole('button', { name: 'Priority of first: more' }).click();
    await expect.poll(names, { timeout: 10_000 }).toEqual(['first', 'third', 'second']);
    await page.getByRole('button', { name: 'Hold first back' }).click();
    await row('first').getByText('its release').waitFor();
    await page.getByRole('button', { name: 'Stop second' }).click();
    await expect.poll(names, { timeout: 10_000 }).toEqual(['first', 'third']);
    expect((await project.read(runs.second!)).state).toBe('stopped');

    runner = startRunner(home, { url: trainyard.url, token: trainyard.runnerToken }, 'wasm', {
      TRAINYARD_RUNNER_LABELS: 'night,depot',
      TRAINYARD_RUNNER_SLOTS: '1',
    });
    await row('third').getByText('at work').waitFor({ timeout: 60_000 });
    await shoot(page, 'queue');

    await bar.getByRole('link', { name: 'Fleet' }).click();
    const card = page.locator('section').filter({ hasText: '1 slot' });
    await card.getByRole('link', { name: /^third/ }).waitFor();
    await card.getByText('depot', { exact: true }).first().waitFor();
    await card.getByText(/^training/).waitFor({ timeout: 30_000 });
    await card.getByText('CPU', { exact: true }).waitFor({ timeout: 40_000 });
    await shoot(page, 'fleet');

    // its log grows while one looks
    await card.getByRole('link', { name: /^third/ }).click();
    const log = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Log' }) });
    const lines = log.getByRole('listitem');
    await lines.filter({ hasText: 'job started' }).waitFor({ timeout: 30_000 });
    const before = await lines.count();
    await expect.poll(() => lines.count(), { timeout: 30_000 }).toBeGreaterThan(before);
    await log.getByLabel('Search the log').fill('JOB started');
    await expect.poll(() => lines.count()).toBe(1);
    await log.getByLabel('Search the log').press('Escape');
    await log.scrollIntoViewIfNeeded();
    await page.screenshot({ path: new URL('./screenshots/run-log.png', import.meta.url).pathname });
    await project.api.call(stopRun, { params: { run: runs.third!.id } });
    await lines.filter({ hasText: /stopped$/ }).waitFor({ timeout: 30_000 });

    // the one held back is let go, and trained
    await bar.getByRole('link', { name: 'Queue' }).click();
    await page.getByRole('button', { name: 'Let first go' }).click();
    await expect
      .poll(async () => (await project.read(runs.first!)).state, { timeout: 60_000 })
      .toBe('succeeded');
    await page.getByText('Nothing waits').waitFor();
    await bar.getByRole('link', { name: 'Fleet' }).click();
    const history = page.locator('section').filter({ hasText: 'Attempts' }).getByRole('row');
    await expect
      .poll(() => history.allInnerTexts(), { timeout: 10_000 })
      .toEqual([
        expect.stringContaining('Run'),
        expect.stringMatching(/first.*succeeded/s),
        expect.stringMatching(/third.*stopped/s),
      ]);

    await page.goto(project.pageOf(runs.first!));
    await page.getByRole('button', { name: 'Clone' }).click();
    await expect.poll(() => page.url()).not.toBe(project.pageOf(runs.first!));
    const id = page.url().split('/').at(-1)!;
    await expect
      .poll(() => project.read({ id }), { timeout: 60_000 })
      .toMatchObject({
        ...{ name: 'first', state: 'succeeded', pipelineVersion: runs.first!.pipelineVersion },
      });

    // the list finds them
    await page.goto(`${trainyard.url}/projects/depot/runs`);
    await page.getByRole('link', { name: 'third' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('FIRS');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
    expect(await page.getByRole('link', { name: 'first' }).count()).toBe(2);
    await page.keyboard.press('Escape');
    await page.getByLabel('State').click();
    await page.getByRole('option', { name: 'stopped' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
    await page.getByRole('link', { name: 'third' }).waitFor();
    await shoot(page, 'runs');
    expect(errors).toEqual([]);
    await page.context().close();
  }, 240_000);
});
