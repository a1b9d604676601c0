/** Objects in pictures, as a person has them: boxes are shown over the samples, learnt in the tab, served, and drawn over a picture. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { encodePng } from '../../shared/data/encode-png.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { shapePictures } from '../../shared/train/shapes-for-tests.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import { makeProject, publish, signIn, startTraining, upload } from './journey.ts';
import { startTrainyard } from './local.ts';

if (!hasChromium) process.stderr.write('Browser tests are skipped: Chromium is not installed\n');

const { pictures, boxes } = shapePictures(90);
describe.skipIf(!hasChromium)('object detection', { timeout: 240_000 }, () => {
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

  it('learns boxes in the tab, and draws them over a picture that is dropped', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'shapes');
    const rows = boxes.map((objects, i) => ({ image: `${i}.png`, width: 48, height: 32, objects }));
    const files = pictures.map((picture, i) => ({
      path: `${String(i)}.png`,
      bytes: new Uint8Array(encodePng(picture)),
    }));
    const annotations = new TextEncoder().encode(JSON.stringify(rows));
    const buffer = Buffer.from(packZip([...files, { path: 'annotations.json', bytes: annotations }]));
    await upload(page, { name: 'shapes.zip', mimeType: 'application/zip', buffer });
    const samples = page.getByRole('list', { name: 'Some of the pictures' });
    await samples.getByText('2 boxes').first().waitFor();
    // the first eight by name: 0, 1, 10, 11, …
    const shown = files
      .map(({ path }) => path)
      .sort()
      .slice(0, 8);
    const drawn = shown.reduce((sum, path) => sum + boxes[Number.parseInt(path, 10)]!.length, 0);
    expect(await samples.locator('rect').count()).toBe(drawn);
    await shoot(page, 'shapes-dataset');

    await page.getByText('Learns to find what the “boxes” are drawn around').waitFor();
    await startTraining(page, 'WebAssembly', { Epochs: '12' });
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 200_000 });
    await page.getByText('mAP at half overlap').first().waitFor();
    await shoot(page, 'shapes-run');

    await publish(page, 'finder');
    // the third picture has a square to the left and a bar to the right
    await dropPicture(page, Buffer.from(encodePng(pictures[2]!)));
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    const answer = page.locator('[aria-live]');
    // the boxes' names are their titles
    await answer.getByText('square', { exact: false }).first().waitFor({ state: 'attached' });
    await answer.getByText('bar', { exact: false }).first().waitFor({ state: 'attached' });
    const [left, top, right, bottom] = boxes[2]!.find(({ label }) => label === 'square')!.box;
    const centres = await answer.locator('rect').evaluateAll((all) =>
      all.map((one) => {
        const of = (name: string) => Number(one.getAttribute(name));
        return [of('x') + of('width') / 2, of('y') + of('height') / 2] as const;
      }),
    );
    expect(centres.some(([x, y]) => x > left && x < right && y > top && y < bottom)).toBe(true);
    await shoot(page, 'shapes-endpoint');
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

async function dropPicture(page: Page, png: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle((base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'shapes.png', { type: 'image/png' }));
    return data;
  }, png.toString('base64'));
  await page.getByRole('heading', { name: 'Drop a picture for “image”' }).dispatchEvent('drop', {
    dataTransfer: transfer,
  });
}
