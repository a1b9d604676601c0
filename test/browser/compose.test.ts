/** A model put together block by block, in the graph, in forms and in the JSON, and then trained; and one that others made. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offerWeights } from '../../edge/local/offer-weights.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { launchChromium, openPage, shoot } from './chromium.ts';
import { chooseTarget, makeProject, signIn, testAccuracy, upload } from './journey.ts';
import { startTrainyard } from './local.ts';

let browser: Browser;
let trainyard: Awaited<ReturnType<typeof startTrainyard>>;
beforeAll(async () => {
  [trainyard, browser] = await Promise.all([startTrainyard(), launchChromium()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await trainyard?.close();
}, 60_000);

/** Which of two numbers is larger can be told from both alone. */
const csv = `a,b,larger\n${Array.from({ length: 240 }, (_, i) => {
  const [a, b] = [Math.sin(i * 1.7), Math.cos(i * 2.3)];
  return `${a.toFixed(3)},${b.toFixed(3)},${a > b ? 'a' : 'b'}\n`;
}).join('')}`;
const file = { name: 'larger.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) };

async function openTraining(project: string) {
  const { page, errors } = await openPage(browser);
  await signIn(page, trainyard.url, trainyard.ownerToken);
  await makeProject(page, project);
  await upload(page, file);
  await chooseTarget(page, 'larger');
  await page.getByRole('link', { name: 'Go on to training' }).click();
  await page.getByRole('radio', { name: /^Neural network for tables/ }).click();
  return { page, errors };
}

describe('the composer', { timeout: 180_000 }, () => {
  it('shows blocks with their shapes, takes new ones, says what is wrong where, goes back, and trains', async () => {
    const { page, errors } = await openTraining('composed');
    await page.getByRole('link', { name: 'Open in the composer' }).click();
    const json = page.getByLabel('Definition as JSON');
    const model = async () => JSON.parse(await json.inputValue()).model;
    const block = (name: RegExp) => page.getByRole('option', { name });
    const before = await model();

    await block(/^dense/)
      .first()
      .click();
    await page.getByLabel('Units').fill('24');
    await block(/^dense 24 · 72 to learn/).waitFor();
    expect((await model())[0].units).toBe(24);
    await page.getByLabel('Units').fill('0');
    await page
      .getByText(/^Too small: expected number to be >=1/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Train it' }).isDisabled()).toBe(true);
    await page.getByLabel('Units').fill('24');

    await page.getByRole('button', { name: 'Add a block' }).click();
    await page.getByLabel('Find a block').fill('pooling');
    await page.getByRole('button', { name: /^max-pooling2d/ }).click();
    await block(/^max-pooling2d .*takes pictures/).waitFor();
    await page.keyboard.press('Control+z');
    await block(/^max-pooling2d/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Add a block' }).click();
    await page.getByLabel('Find a block').fill('norm');
    await page.getByRole('button', { name: /^layer-norm/ }).click();
    await block(/^layer-norm 24/).waitFor();

    // a block that takes two others, by the form
    await block(/^output and training/).click();
    await page.getByRole('button', { name: 'Add a block' }).click();
    await page.getByLabel('Find a block').fill('concatenate');
    await page.getByRole('button', { name: /^concatenate/ }).click();
    await page.getByText('Takes the one before it').click();
    await page.getByRole('checkbox', { name: 'dense_1' }).click();
    await page.getByRole('checkbox', { name: 'feature a', exact: true }).click();
    await block(/^concatenate 25/).waitFor();
    const composed = await model();
    expect(composed.at(-1)).toEqual({ type: 'concatenate', inputs: ['dense-1', 'feature:a'] });
    await shoot(page, 'composer');

    // the JSON, the other way round; what is not taken is told
    await json.fill((await json.inputValue()).replace('"layer-norm"', '"batch-norm"'));
    await block(/^batch-norm/).waitFor();
    await page.getByText('It cannot be trained like this').waitFor();
    await page
      .getByText(/nothing takes what/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Undo (Ctrl+Z)' }).click();
    await block(/^concatenate/).click();
    await page.getByRole('button', { name: 'Remove the block' }).click();
    await block(/^layer-norm/).waitFor();
    await page.getByRole('link', { name: 'Train it' }).waitFor();

    // keys: from block to block, and the block itself
    await block(/^layer-norm/).click();
    await page.keyboard.press('Alt+ArrowUp');
    expect((await model())[1].type).toBe('layer-norm');
    await page.reload();
    expect((await model())[1].type).toBe('layer-norm');
    expect(await model()).not.toEqual(before);

    await page.getByRole('link', { name: 'Train it' }).click();
    await page.getByRole('radio', { name: 'This tab, WebAssembly' }).click();
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await testAccuracy(page)).toBeGreaterThanOrEqual(0.9);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('groups rows without answers, and says how plain the groups are', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'groups');
    await upload(page, file);
    await page.getByLabel('Target column').click();
    await page.getByRole('option', { name: 'Nothing: find groups of like rows' }).click();
    await page.getByText(/^k-means: Finds groups of rows/).waitFor();
    await page.getByRole('link', { name: 'Go on to training' }).click();
    await page.getByRole('heading', { name: 'Train a model for groups' }).waitFor();
    await page.getByRole('link', { name: 'Open in the composer' }).click();
    await page.getByRole('option', { name: /^k-means/ }).click();
    await page.getByLabel('K', { exact: true }).fill('4');
    await page.getByRole('link', { name: 'Train it' }).click();
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText('Silhouette').first().waitFor();
    await shoot(page, 'groups');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  const datasets = process.env.TRAINYARD_DATASETS;
  it.skipIf(!datasets)(
    `begins with a model that others made, and says what does not fit${datasets ? '' : ' (skipped: TRAINYARD_DATASETS is not set)'}`,
    async () => {
      const { page, errors } = await openTraining('imported');
      const folder = join(datasets!, 'mobilenet-v1-025-224-tfjs');
      const files = await Promise.all(
        ['model.json', 'weights.bin'].map(async (name) => ({
          name,
          mimeType: 'application/octet-stream',
          buffer: await readFile(join(folder, name)),
        })),
      );
      const input = page.getByLabel('Files of the model');
      await input.setInputFiles(files.slice(0, 1));
      await page
        .getByText('the file of weights "weights.bin" is missing; it belongs beside model.json')
        .waitFor();
      await input.setInputFiles(files);
      await page.getByText(/A conv2d block takes pictures \[height, width, channels\], not \[2\]/).waitFor();
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );

  it.skipIf(!datasets)(
    `knows photographs by MobileNet, in the tab${datasets ? '' : ' (skipped: TRAINYARD_DATASETS is not set)'}`,
    async () => {
      await offerWeights(trainyard, datasets!, (line) => expect(line).toBeUndefined());
      const { page, errors } = await openPage(browser);
      await signIn(page, trainyard.url, trainyard.ownerToken);
      await makeProject(page, 'photographs');
      const folder = join(datasets!, 'flowers-photo-subset');
      const paths = (await readdir(folder, { recursive: true }))
        .filter((path) => path.endsWith('.jpg'))
        .sort();
      const photographs = await Promise.all(
        paths.map(async (path) => ({ path, bytes: new Uint8Array(await readFile(join(folder, path))) })),
      );
      await upload(page, {
        name: 'flowers.zip',
        mimeType: 'application/zip',
        buffer: Buffer.from(packZip(photographs)),
      });
      await page.getByRole('link', { name: 'Go on to training' }).click();
      await page.getByRole('radio', { name: /^Photographs by transfer suggested/ }).waitFor();
      await page.getByRole('radio', { name: 'This tab, WebAssembly' }).click();
      await page.getByRole('button', { name: 'Start training' }).click();
      await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 120_000 });
      expect(await testAccuracy(page)).toBeGreaterThanOrEqual(0.66);
      await shoot(page, 'photographs');
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );
});
