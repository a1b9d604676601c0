/** What a person does with a CSV, step by step, through the page alone. */

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { shoot } from './chromium.ts';

const TRAINED_WITHIN_MS = 150_000;

export async function signIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(`${url}/#token=${token}`);
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  expect(page.url()).not.toContain(token);
}

export async function makeProject(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.getByRole('heading', { name: 'Datasets' }).waitFor();
}

type Upload = string | { name: string; mimeType: string; buffer: Buffer };

export async function upload(page: Page, file: Upload): Promise<void> {
  await page.locator('input[type=file][aria-label=Files]').setInputFiles(file);
  await page.getByText('Ready to upload').waitFor();
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByText('What shall be predicted?').waitFor();
}

export async function chooseTarget(page: Page, target: string): Promise<void> {
  await page.getByLabel('Target column').click();
  await page.getByRole('option', { name: target }).click();
  await page.getByText(`Learns to tell which “${target}”`).waitFor();
}

/** Chooses an engine and fills in some of the numbers. */
export async function fillTraining(
  page: Page,
  engine: string,
  numbers: Readonly<Record<string, string>>,
): Promise<void> {
  await page.getByRole('link', { name: 'Go on to training' }).click();
  await page.getByRole('radio', { name: `This tab, ${engine}` }).click();
  for (const [name, value] of Object.entries(numbers)) await page.getByLabel(name).fill(value);
}

/** With an engine and some of the numbers. */
export async function startTraining(
  page: Page,
  engine: string,
  numbers: Readonly<Record<string, string>>,
  look?: string,
): Promise<void> {
  await fillTraining(page, engine, numbers);
  if (look) await shoot(page, `${look}-train`);
  await page.getByRole('button', { name: 'Start training' }).click();
}

/** The number of points in the loss chart. */
export async function lossPoints(page: Page): Promise<number> {
  return Number(await page.getByRole('figure', { name: /^Loss/ }).getAttribute('data-points'));
}

type Watched = { seen?: { points: number; picture: string }[] };

/** In the page: notes each state of the loss chart that is on the screen for a frame. */
function watchLossChart(): void {
  const seen: Watched['seen'] = [];
  (globalThis as Watched).seen = seen;
  const look = () => {
    const chart = document.querySelector<HTMLElement>('figure[aria-label^="Loss"]');
    const points = Number(chart?.dataset.points ?? 0);
    const canvas = chart?.querySelector('canvas'); // it comes with the first drawing, after the points
    if (canvas && points > (seen.at(-1)?.points ?? 0)) seen.push({ points, picture: canvas.toDataURL() });
    requestAnimationFrame(look);
  };
  look();
}

/** Starts training on an engine, and sees the loss curve grow and its picture change. */
export async function train(
  page: Page,
  engine: string,
  numbers: Readonly<Record<string, string>>,
  look?: string,
): Promise<void> {
  await page.evaluate(watchLossChart);
  await startTraining(page, engine, numbers, look);

  await expect.poll(() => lossPoints(page), { timeout: 60_000 }).toBeGreaterThan(0);
  if (look)
    await page.screenshot({
      path: new URL(`./screenshots/${look}-training.png`, import.meta.url).pathname,
      fullPage: true,
    });

  await page.getByText('succeeded', { exact: true }).waitFor({ timeout: TRAINED_WITHIN_MS });
  const seen = await page.evaluate(() => (globalThis as Watched).seen!);
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.map(({ points }) => points)).toEqual(seen.map(({ points }) => points).sort((a, b) => a - b));
  // drawn once the thread is free: a picture may come after its points
  expect(new Set(seen.map(({ picture }) => picture)).size).toBeGreaterThan(1);
  // The device that the run recorded is the engine that was asked for: nothing fell back.
  await page.getByText(new RegExp(`^${engine} · `)).waitFor();
  if (look) await shoot(page, `${look}-run`);
}

/** The test accuracy shown on the run's page, 0 to 1. */
export async function testAccuracy(page: Page): Promise<number> {
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Test', exact: true }) });
  const text = await card
    .locator('div', { has: page.getByText('Accuracy') })
    .last()
    .locator('dd')
    .textContent();
  return Number.parseFloat(text ?? '') / 100;
}

export async function publish(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByLabel('Endpoint name').fill(name);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Publish|Replace/ })
    .click();
  await page.getByText('Try it').waitFor();
}

/** Fills the form, and returns the label that is answered. */
export async function tryEndpoint(page: Page, values: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, value] of Object.entries(values)) await page.getByLabel(name).fill(value);
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  const answer = page.locator('[aria-live] strong');
  await answer.first().waitFor();
  return (await answer.first().textContent()) ?? '';
}
