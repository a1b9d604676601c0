/** A data set predicted on an endpoint's page: chosen, watched, cancelled, taken away. */
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { createClient } from '../../shared/api/client.ts';
import { CSV, pushDataset, SPEC, serveModel } from '../helpers/edge-scenario.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import { signIn } from './journey.ts';
import { startTrainyard } from './local.ts';

if (!hasChromium) process.stderr.write('Browser tests are skipped: Chromium is not installed\n');

describe.skipIf(!hasChromium)('an endpoint’s page', { timeout: 120_000 }, () => {
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

  it('predicts a data set', async () => {
    const owner = createClient({ baseUrl: trainyard.url, token: trainyard.ownerToken });
    await serveModel(owner, 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
    const table = (count: number, row: (i: number) => string) =>
      new TextEncoder().encode(`a,b\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`);
    await pushDataset(owner, 'points', { name: 'few', bytes: table(4, (i) => `${i === 2 ? 'x' : i},20`) });
    await pushDataset(owner, 'points', {
      name: 'many',
      bytes: table(1_500_000, (i) => `${i % 20},${i % 23}`),
    });

    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await page.goto(`${trainyard.url}/projects/points/endpoints/points`);
    const card = page.locator('section', { has: page.getByRole('heading', { name: 'Predict a data set' }) });
    const choose = async (name: RegExp) => {
      await card.getByLabel('Data set').click();
      await page.getByRole('option', { name }).click();
      await card.getByRole('button', { name: 'Predict all rows' }).click();
    };

    await choose(/^few v1/);
    const few = card.getByRole('region', { name: 'few v1 by points v1' });
    await few.getByText('succeeded', { exact: true }).waitFor();
    await few.getByText('4 rows').waitFor();
    await few.getByText(/Row 3: feature "a" is "x"; expected a finite number/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      few.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('few-predicted.csv');
    const lines = (await readFile((await download.path())!, 'utf8')).split('\n');
    expect(lines[0]).toBe('a,b,predicted_label,probability_high,probability_low,error');
    expect(lines).toHaveLength(6);

    await choose(/^many v1/);
    const many = card.getByRole('region', { name: 'many v1 by points v1' });
    await many.getByText(/^[\d,]+ of 1,500,000 · .+ left$/).waitFor();
    await shoot(page, 'batch-predictions');
    await many.getByRole('button', { name: 'Cancel' }).click();
    await many.getByText('cancelled').waitFor();
    expect(await many.getByRole('button').count()).toBe(0);

    await card.getByLabel('Predicted by').click();
    await page.getByRole('option', { name: /^A runner/ }).click();
    await choose(/^few v1/);
    const waiting = card.getByRole('region', { name: 'few v1 by points v1' }).first();
    await waiting.getByText('0 of 4 · waits for a runner').waitFor();
    await waiting.getByRole('button', { name: 'Cancel' }).click();
    await waiting.getByText('cancelled').waitFor();
    expect(errors).toEqual([]);
  });
});
