/** What a model says on its way, as a person sees it on the page of its run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { createRandom } from '../../shared/graph/random.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import { chooseTarget, makeProject, signIn, startTraining, upload } from './journey.ts';
import { startTrainyard } from './local.ts';

const penguins = join(process.env.TRAINYARD_DATASETS ?? '', 'tabular-penguins/penguins.csv');
const missing = [
  !hasChromium && 'Chromium is not installed',
  !existsSync(penguins) && 'TRAINYARD_DATASETS names no folder with tabular-penguins/penguins.csv',
].filter(Boolean);
if (missing.length > 0) process.stderr.write(`Browser tests are skipped: ${missing.join('; ')}\n`);

/** 400 flowers of two kinds, which a line of width and length tells apart but for some. */
function flowers(): Buffer {
  const random = createRandom(3);
  const rows = Array.from({ length: 400 }, () => {
    const [width, length] = [1 + 5 * random(), 2 + 7 * random()];
    const kind = width + length + 1.5 * (random() - 0.5) > 9 ? 'tall' : 'short';
    return `${width.toFixed(2)},${length.toFixed(2)},${kind}`;
  });
  return Buffer.from(`width,length,kind\n${rows.join('\n')}\n`);
}

describe.skipIf(missing.length > 0)('what a model says', { timeout: 240_000 }, () => {
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

  const part = (page: Page, name: string) => page.getByRole('region', { name });
  const stepShown = async (page: Page) =>
    Number(
      (await page.locator('output', { hasText: /^step/ }).textContent())!
        .match(/step ([\d,]+)/)![1]!
        .replaceAll(',', ''),
    );

  it('shows the plane of a linear model of two numbers, its weights and its way', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'flowers');
    await upload(page, { name: 'flowers.csv', mimeType: 'text/csv', buffer: flowers() });
    await chooseTarget(page, 'kind');
    await page.getByRole('link', { name: 'Go on to training' }).click();
    await page.getByRole('radio', { name: /Linear model/ }).click();
    await page.getByRole('radio', { name: 'This tab, WebAssembly' }).click();
    await page.getByLabel('Epochs').fill('10000');
    await page.getByLabel('Batch size').fill('1');
    await page.getByLabel('Learning rate').fill('0.000005');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByRole('heading', { name: 'What it says so far' }).waitFor({ timeout: 60_000 });
    const slider = page.getByRole('slider', { name: 'Snapshot' });
    const early = await stepShown(page);
    await expect.poll(() => stepShown(page), { timeout: 60_000 }).toBeGreaterThan(early); // it follows the newest
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 120_000 });
    await page.getByRole('heading', { name: 'What it says', exact: true }).waitFor();
    const last = await stepShown(page);

    const plane = page.getByRole('figure', { name: /^Over width and length: short in \d+%, tall in \d+%$/ });
    expect(await plane.locator('circle').count()).toBeGreaterThan(50);
    const drawn = () => plane.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const atEnd = await drawn();
    // to the right is tall: both numbers speak for it
    const weights = part(page, 'Weights').getByRole('listitem');
    expect(await weights.count()).toBe(2);
    for (const text of await weights.allTextContents()) expect(text).toMatch(/^(width|length)\+[\d.]+$/);
    await part(page, 'The way down')
      .getByRole('figure', { name: new RegExp(`at step 0 to .* at step ${last.toLocaleString('en')}$`) })
      .waitFor();
    await shoot(page, 'insights-linear');

    // back to the first by the keyboard, and to the newest by the button
    await slider.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => stepShown(page)).toBeLessThan(last);
    await expect.poll(drawn).not.toBe(atEnd);
    await page.getByRole('button', { name: 'Newest' }).click();
    await expect.poll(() => stepShown(page)).toBe(last);
    await expect.poll(drawn).toBe(atEnd);

    // the server has them too, and what the training held
    await page.reload();
    await page.getByRole('slider', { name: 'Snapshot' }).waitFor();
    expect(await stepShown(page)).toBe(last);
    await page.locator('dd', { hasText: /about [\d.]+ KB/ }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('shows samples and the confusion matrix of penguins', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'penguins');
    await upload(page, penguins);
    await chooseTarget(page, 'species');
    await startTraining(page, 'WebAssembly', { Epochs: '120' });
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 120_000 });
    const samples = part(page, 'Sample predictions').locator('li:has(dl)');
    await expect.poll(() => samples.count()).toBe(8);
    const species = /It is (Adelie|Chinstrap|Gentoo)/;
    for (const text of await samples.allTextContents()) expect(text).toMatch(species);

    const matrix = part(page, 'Confusion matrix');
    const cells = await matrix.getByRole('cell').allTextContents();
    expect(cells).toHaveLength(9);
    const counts = cells.map(Number);
    const right = counts[0]! + counts[4]! + counts[8]!;
    const rows = counts.reduce((sum, count) => sum + count);
    await matrix.getByText(`${right} of ${rows} validation rows are told rightly`).waitFor();
    expect(right / rows).toBeGreaterThan(0.95);
    await matrix.getByRole('cell').first().focus();
    await page.keyboard.press('ArrowRight');
    await matrix.getByText(/^\d+ of \d+ that are Adelie are taken for Chinstrap \([\d.]+%\)$/).waitFor();
    await shoot(page, 'insights-penguins');
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
