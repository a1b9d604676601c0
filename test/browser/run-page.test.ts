/** The page of a finished run: its curves, how they are shown, and other runs beside it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import { chooseTarget, lossPoints, makeProject, signIn, startTraining, upload } from './journey.ts';
import { startTrainyard } from './local.ts';

const penguins = join(process.env.TRAINYARD_DATASETS ?? '', 'tabular-penguins/penguins.csv');
const missing = [
  !hasChromium && 'Chromium is not installed',
  !existsSync(penguins) && 'TRAINYARD_DATASETS names no folder with tabular-penguins/penguins.csv',
].filter(Boolean);
if (missing.length > 0) process.stderr.write(`Browser tests are skipped: ${missing.join('; ')}\n`);

describe.skipIf(missing.length > 0)('the page of a run', { timeout: 180_000 }, () => {
  let trainyard: LocalTrainyard;
  let browser: Browser;

  beforeAll(async () => {
    trainyard = await startTrainyard();
    browser = await launchChromium();
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
  });

  async function trainFor(page: Page, epochs: number): Promise<void> {
    await startTraining(page, 'WebAssembly', { Epochs: String(epochs) });
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
  }

  /** What the chart shows, and what it shows when it does so no more. */
  const picture = (page: Page) =>
    page
      .getByRole('figure', { name: /^Loss/ })
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

  async function redraws(page: Page, act: () => Promise<unknown>): Promise<void> {
    const before = await picture(page);
    await act();
    await expect.poll(() => picture(page)).not.toBe(before);
  }

  it('shows curves smoothed, on a log axis and zoomed, remembers how, and compares runs', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'curves');
    await upload(page, penguins);
    const dataset = page.url();
    await chooseTarget(page, 'species');
    await trainFor(page, 20);
    await page.goto(dataset);
    await chooseTarget(page, 'species');
    await trainFor(page, 30);
    const own = page.url();
    await expect.poll(() => lossPoints(page)).toBeGreaterThan(30);
    const alone = await lossPoints(page);
    // the headline metric comes first
    const titles = await page.getByRole('figure').evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel));
    expect(titles[0]).toMatch(/^Accuracy: validation \d/);
    expect(titles[1]).toMatch(/^Loss: train [\d.]+, validation [\d.]+$/);

    await redraws(page, () => page.getByLabel('Smoothing').fill('0.8'));
    await redraws(page, () => page.getByRole('button', { name: 'Loss: logarithmic axis' }).click());
    await page.getByRole('figure', { name: /^Loss/ }).locator('[tabindex]').focus();
    await redraws(page, () => page.keyboard.press('+'));
    await page.getByRole('button', { name: 'Show all' }).waitFor();
    await redraws(page, () => page.keyboard.press('ArrowRight'));
    await redraws(page, () => page.keyboard.press('0'));
    expect(await page.getByRole('button', { name: 'Show all' }).count()).toBe(0);
    await page.reload();
    expect(await page.getByLabel('Smoothing').inputValue()).toBe('0.8');
    expect(
      await page.getByRole('button', { name: 'Loss: logarithmic axis' }).getAttribute('aria-pressed'),
    ).toBe('true');
    await shoot(page, 'run-smoothed');

    await page.getByLabel('Compare with…').click();
    await page.getByRole('option').first().click();
    await page.keyboard.press('Escape');
    const table = page.getByRole('table').filter({ hasText: 'epochs 30 → 20' });
    await table.waitFor();
    expect(await table.getByRole('row').count()).toBe(3);
    await expect.poll(() => lossPoints(page)).toBeGreaterThan(alone + 20);
    expect(page.url()).toMatch(/\?with=run_[0-9a-z]{26}$/);
    await page.getByRole('figure', { name: /penguins · species \(2\) validation/ }).waitFor();
    await shoot(page, 'run-compared');
    // by the link alone, and back to one
    await page.reload();
    await page.getByRole('button', { name: /^Compare without/ }).click();
    await expect.poll(() => page.url()).toBe(own);
    await expect.poll(() => lossPoints(page)).toBe(alone);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
