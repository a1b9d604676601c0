/** Sounds, as a person has them: a zip of WAV files is shown, learnt in the tab and served; a file and a recording are recognised. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { encodeWav } from '../../shared/data/encode-wav.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import {
  chooseTarget,
  makeProject,
  publish,
  signIn,
  startTraining,
  testAccuracy,
  upload,
} from './journey.ts';
import { startTrainyard } from './local.ts';

const RATE = 8000;

/** A call that rises or falls by an octave, somewhere in a third of a second with a little noise. */
function call(way: 'rising' | 'falling', seed: number): Uint8Array {
  let state = seed + 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const low = 300 + 200 * random();
  const start = Math.floor(500 * random());
  let phase = 0;
  const samples = Float32Array.from({ length: 2600 }, (_, i) => {
    const part = (i - start) / 2000;
    const share = way === 'rising' ? part : 1 - part;
    phase += (low * (1 + share)) / RATE;
    const sounding = part >= 0 && part < 1 ? Math.sin(2 * Math.PI * phase) : 0;
    return 0.4 * sounding + 0.02 * (random() - 0.5);
  });
  return encodeWav({ rate: RATE, samples });
}

describe.skipIf(!hasChromium)('sounds', { timeout: 240_000 }, () => {
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

  it('learns calls in the tab, and tells one that is dropped and one that is recorded', async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'calls');
    const files = (['rising', 'falling'] as const).flatMap((way) =>
      Array.from({ length: 60 }, (_, i) => ({ path: `${way}_${i}.wav`, bytes: call(way, i) })),
    );
    const buffer = Buffer.from(packZip(files));
    await upload(page, { name: 'calls.zip', mimeType: 'application/zip', buffer });
    const players = page.getByRole('list', { name: 'Some of the sounds' }).getByRole('button');
    await players.first().waitFor();
    expect(await players.count()).toBe(20);
    expect(await players.first().getAttribute('aria-label')).toBe('Play “falling”, 0.33 s');
    await players.first().click();
    await page.getByText('calls v1 uploaded').waitFor({ state: 'hidden' });
    await shoot(page, 'sounds-dataset');

    await chooseTarget(page, 'label');
    await startTraining(page, 'WebAssembly', { Epochs: '8' });
    await page.getByText('succeeded', { exact: true }).waitFor({ timeout: 200_000 });
    expect(await testAccuracy(page)).toBeGreaterThanOrEqual(0.95);

    await publish(page, 'calls');
    const answer = page.locator('[aria-live] strong').first();
    const predict = page.getByRole('button', { name: 'Predict', exact: true });
    await predict.click();
    await page.getByText('A sound is missing').waitFor();
    await page
      .locator('input[type=file][aria-label=Files]')
      .setInputFiles({ name: 'new.wav', mimeType: 'audio/wav', buffer: Buffer.from(call('rising', 99)) });
    await page.getByLabel('audio to predict').waitFor();
    await predict.click();
    await answer.waitFor();
    expect(await answer.textContent()).toBe('rising');
    await page.getByText('calls is live').waitFor({ state: 'hidden' });
    await shoot(page, 'sounds-endpoint');

    // Chromium's imitated microphone beeps once a second
    const before = await page.getByLabel('audio to predict').getAttribute('src');
    await page.getByRole('button', { name: 'Record' }).click();
    await page.waitForTimeout(1500);
    await page.getByRole('button', { name: 'Stop recording' }).click();
    await expect.poll(() => page.getByLabel('audio to predict').getAttribute('src')).not.toBe(before);
    const answered = page.waitForResponse((response) => response.url().endsWith('/predict'));
    await predict.click();
    expect((await answered).status()).toBe(200);

    await page
      .locator('input[type=file][aria-label=Files]')
      .setInputFiles({ name: 'song.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('no song') });
    await page.getByText('the browser cannot decode this sound').waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
