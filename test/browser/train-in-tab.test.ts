/** A person's way from a CSV to predictions, in Chromium against a whole local Trainyard; on WebGPU and on WebAssembly. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { definitionToLink } from '../../shared/definition/definition-link.ts';
import { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import {
  chooseTarget,
  makeProject,
  publish,
  signIn,
  testAccuracy,
  train,
  tryEndpoint,
  upload,
} from './journey.ts';
import { startTrainyard } from './local.ts';

const penguins = join(process.env.TRAINYARD_DATASETS ?? '', 'tabular-penguins/penguins.csv');
const missing = [
  !hasChromium && 'Chromium is not installed',
  !existsSync(penguins) && 'TRAINYARD_DATASETS names no folder with tabular-penguins/penguins.csv',
].filter(Boolean);
if (missing.length > 0) process.stderr.write(`Browser tests are skipped: ${missing.join('; ')}\n`);

/** The first Gentoo of the file, but for its island and sex. */
const GENTOO = {
  beak_length_mm: '46.1',
  beak_depth_mm: '13.2',
  flipper_length_mm: '211',
  body_mass_g: '4500',
};

describe.skipIf(missing.length > 0)('the page', { timeout: 240_000 }, () => {
  let trainyard: LocalTrainyard;
  let browser: Browser;

  beforeAll(async () => {
    trainyard = await startTrainyard();
    browser = await launchChromium();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
  });

  // As long as it takes to see a curve grow: a second or more.
  it.each([
    ['WebGPU', 'on-webgpu', { Epochs: '600', 'Learning rate': '0.0003' }],
    ['WebAssembly', 'on-wasm', { Epochs: '4000', 'Batch size': '1', 'Learning rate': '0.000005' }],
  ])('takes a CSV to a served model, trained in the tab on %s', async (engine, name, numbers) => {
    const { page, errors } = await openPage(browser);
    const look = engine === 'WebGPU' ? 'csv' : undefined;
    await signIn(page, trainyard.url, trainyard.ownerToken);
    if (look) await shoot(page, `${look}-projects-empty`);
    await makeProject(page, name);
    if (look) await shoot(page, `${look}-datasets-empty`);
    await upload(page, penguins);
    await chooseTarget(page, 'species');
    if (look) await shoot(page, `${look}-dataset`);
    await train(page, engine, numbers, look);
    expect(await testAccuracy(page)).toBeGreaterThanOrEqual(0.95);

    await publish(page, name);
    expect(await tryEndpoint(page, GENTOO)).toBe('Gentoo');
    // The request comes back over the WebSocket, into the table and the chart.
    await page.getByRole('cell', { name: 'Gentoo' }).waitFor();
    await expect.poll(() => page.locator('[data-requests]').getAttribute('data-requests')).toBe('1');
    if (look) await shoot(page, `${look}-endpoint`);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('begins with the template that fits what matters most', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'templates');
    await upload(page, penguins);
    await chooseTarget(page, 'species');
    await page.getByRole('link', { name: 'Go on to training' }).click();
    await page.getByText(/^A small neural network: 32 units/).waitFor();
    await page.getByLabel('What matters most').click();
    await page.getByRole('option', { name: 'That one can see why' }).click();
    await page.getByText('A linear model: each input has one weight.').waitFor();
    await page.getByRole('radio', { name: /^Neural network for tables/ }).click();
    await page.getByText(/^A small neural network: 32 units/).waitFor();
    expect(await page.getByLabel('Learning rate').inputValue()).toBe('0.003');

    await page.getByRole('button', { name: 'Edit as JSON' }).click();
    const editor = page.getByLabel('Definition as JSON');
    const spec = JSON.parse(await editor.inputValue());
    const [wide, , narrow] = spec.model;
    const branched = [
      { ...wide, id: 'first' },
      { ...narrow, units: 32, id: 'second' },
    ];
    await editor.fill(
      JSON.stringify({ ...spec, model: [...branched, { type: 'add', inputs: ['first', 'third'] }] }),
    );
    await page.getByText('It cannot be trained like this').waitFor();
    expect(await page.getByRole('button', { name: 'Start training' }).isDisabled()).toBe(true);
    await editor.fill(
      JSON.stringify(
        { ...spec, model: [...branched, { type: 'add', inputs: ['first', 'second'] }] },
        null,
        2,
      ),
    );
    await page.getByRole('row', { name: /^add of first, second 32/ }).waitFor();
    await shoot(page, 'definition');
    await page.getByRole('radio', { name: 'This tab, WebAssembly' }).click();
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByText('succeeded', { exact: true }).waitFor();
    expect(await testAccuracy(page)).toBeGreaterThanOrEqual(0.95);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('trains boosted trees, and finds earlier definitions again', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'versions');
    await upload(page, penguins);
    await chooseTarget(page, 'species');
    await page.getByRole('link', { name: 'Go on to training' }).click();
    await page.getByRole('radio', { name: /^Boosted trees/ }).click();
    await page.getByText(/^Gradient-boosted trees: Many small trees/).waitFor();
    expect(await page.getByLabel('Learning rate').count()).toBe(0);
    const trainPage = page.url();
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByText('succeeded', { exact: true }).waitFor();
    expect(await testAccuracy(page)).toBeGreaterThanOrEqual(0.95);

    await page.goto(trainPage);
    await page.getByText(/^since then: model gradient-boosting → of 3 blocks/).waitFor();
    await shoot(page, 'versions');
    await page.getByRole('button', { name: 'Open version 1' }).click();
    const editor = page.getByLabel('Definition as JSON');
    const spec = PipelineSpec.parse(JSON.parse(await editor.inputValue()));
    expect(spec.model).toMatchObject({ type: 'gradient-boosting' });
    await page.getByText('the one shown').waitFor();

    await page.goto(`${trainPage.split('?')[0]}?target=species&definition=${definitionToLink(spec)}`);
    expect(JSON.parse(await editor.inputValue())).toEqual(spec);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('says what is wrong with a file before it is uploaded', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'bad-files');
    const file = { name: 'ragged.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n3\n') };
    await page.locator('input[type=file][aria-label=Files]').setInputFiles(file);
    await page
      .getByRole('alert')
      .getByText(/line 3|row 2/i)
      .waitFor();
    expect(await page.getByRole('button', { name: 'Upload' }).count()).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('asks for a token, and refuses one that opens nothing', async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(trainyard.url);
    await page.getByLabel('Owner token').fill('ty_owner_nonsense');
    await page.keyboard.press('Enter');
    await page.getByText('No workspace opens with this token').waitFor();
    await page.getByLabel('Owner token').fill(trainyard.ownerToken);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    // The browser itself reports the refused request; nothing else may.
    expect(errors.filter((error) => !error.includes('401'))).toEqual([]);
    await page.context().close();
  });
});
