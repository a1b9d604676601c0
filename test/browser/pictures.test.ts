/** Pictures, as a person has them: a folder of them is shown before it is sent; MNIST is learnt in the tab and served. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import {
  chooseTarget,
  lossPoints,
  makeProject,
  publish,
  signIn,
  startTraining,
  testAccuracy,
  upload,
} from './journey.ts';
import { startTrainyard } from './local.ts';
import { type Digit, mnistFiles, testDigits } from './mnist.ts';

if (!hasChromium) process.stderr.write('Browser tests are skipped: Chromium is not installed\n');

/** Enough for 0.95, few enough for a minute on two cores. */
const ROWS = 4000;

describe.skipIf(!hasChromium)('pictures', { timeout: 240_000 }, () => {
  let trainyard: LocalTrainyard;
  let browser: Browser;
  let digits: Digit[];

  beforeAll(async () => {
    trainyard = await startTrainyard();
    browser = await launchChromium();
    digits = await testDigits();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
  });

  it('learns MNIST in the tab on WebAssembly, and reads a digit that is dropped', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'mnist');
    const buffer = Buffer.from(packZip(await mnistFiles(ROWS)));
    await upload(page, { name: 'mnist.zip', mimeType: 'application/zip', buffer });
    await page.getByText('mnist v1 uploaded').waitFor({ state: 'hidden' });
    expect(await thumbnails(page).count()).toBe(20);
    await shoot(page, 'mnist-dataset');

    await chooseTarget(page, 'label');
    await startTraining(page, 'WebAssembly', { Epochs: '6' });
    await expect.poll(() => lossPoints(page), { timeout: 60_000 }).toBeGreaterThan(0);
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 200_000 });
    await page.getByText(/^WebAssembly · /).waitFor();
    expect(await testAccuracy(page)).toBeGreaterThanOrEqual(0.95);
    await shoot(page, 'mnist-run');

    await publish(page, 'digits');
    const seven = digits[7]!;
    await dropPicture(page, 'Drop a picture for “image”', await pngOf(page, seven));
    await page.getByRole('img', { name: 'image to predict' }).waitFor();
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    const answer = page.locator('[aria-live] strong').first();
    await answer.waitFor();
    expect(await answer.textContent()).toBe(seven.label);
    await page.getByRole('cell', { name: seven.label, exact: true }).waitFor();
    await page.getByText('digits is live').waitFor({ state: 'hidden' });
    await shoot(page, 'mnist-endpoint');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('takes a folder with a folder for each label, and shows its pictures before and after', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'folders');

    const home = await mkdtemp(join(tmpdir(), 'trainyard-pictures-'));
    for (const digit of digits) {
      const folder = join(home, 'my-digits', Number(digit.label) % 2 === 0 ? 'even' : 'odd');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${digit.label}.png`), await pngOf(page, digit));
    }
    await page.locator('input[type=file][aria-label=Folder]').setInputFiles(join(home, 'my-digits'));
    await page.getByText('10 pictures, 2 columns').waitFor();
    await rm(home, { recursive: true });
    expect(await page.getByLabel('Dataset name').inputValue()).toBe('my-digits');
    await thumbnails(page).first().waitFor();
    const labels = await thumbnails(page).evaluateAll((all) => all.map((one) => one.ariaLabel));
    expect(labels).toEqual([...Array(5).fill('even'), ...Array(5).fill('odd')]);
    // The first even digit is 0, drawn with the very pixels of the file.
    expect(await pixelsOf(page, 0)).toEqual(digits[0]!.pixels);
    await shoot(page, 'folder-upload');

    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByText('What shall be predicted?').waitFor();
    // Read anew from what the server has.
    await page.reload();
    await thumbnails(page).first().waitFor();
    expect(await thumbnails(page).count()).toBe(10);
    expect(await pixelsOf(page, 9)).toEqual(digits[9]!.pixels);
    await shoot(page, 'folder-dataset');
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

const thumbnails = (page: Page) => page.getByRole('list', { name: 'Some of the pictures' }).getByRole('img');

/** The grey values of the canvas of one thumbnail. */
function pixelsOf(page: Page, place: number): Promise<number[]> {
  return thumbnails(page)
    .nth(place)
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return [...data].filter((_, i) => i % 4 === 0);
    });
}

/** A digit as a PNG that the browser made. */
async function pngOf(page: Page, { side, pixels }: Digit): Promise<Buffer> {
  const base64 = await page.evaluate(
    async ({ side, pixels }) => {
      const image = new ImageData(side, side);
      for (const [i, value] of pixels.entries()) image.data.set([value, value, value, 255], i * 4);
      const canvas = document.createElement('canvas');
      canvas.width = side;
      canvas.height = side;
      canvas.getContext('2d')!.putImageData(image, 0, 0);
      return canvas.toDataURL('image/png').split(',')[1]!;
    },
    { side, pixels },
  );
  return Buffer.from(base64, 'base64');
}

async function dropPicture(page: Page, zone: string, png: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle((base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'digit.png', { type: 'image/png' }));
    return data;
  }, png.toString('base64'));
  await page.getByRole('heading', { name: zone }).dispatchEvent('drop', { dataTransfer: transfer });
}
