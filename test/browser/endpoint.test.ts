/** An endpoint's page: why it was answered so, a translation as it is said, and a graph of models that is made, used and changed there. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalTrainyard } from '../../edge/local/start.ts';
import { createClient } from '../../shared/api/client.ts';
import { predict } from '../../shared/api/routes/endpoints.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { CSV, SPEC, serveModel } from '../helpers/edge-scenario.ts';
import { serveTinyTranslation } from '../helpers/tiny-translation.ts';
import { hasChromium, launchChromium, openPage, shoot } from './chromium.ts';
import { signIn } from './journey.ts';
import { startTrainyard } from './local.ts';

const MOOD = {
  ...{ format: 'tsv' as const, type: 'text/tab-separated-values' },
  bytes: new TextEncoder().encode(
    `text\tmood\n${Array.from({ length: 60 }, (_, i) => `the day was ${i % 2 ? 'sunny' : 'rainy'} ${i % 7}\t${i % 2 ? 'good' : 'bad'}`).join('\n')}\n`,
  ),
  spec: NetworkPipeline.parse({
    ...{
      schemaVersion: 1,
      task: 'classification',
      target: 'mood',
      split: SPEC.split,
      training: SPEC.training,
    },
    features: [
      {
        column: 'text',
        steps: [{ type: 'tfidf', analyzer: 'words', ngrams: [1, 1], maxFeatures: 50, minCount: 1 }],
      },
    ],
    model: [],
  }),
};

describe.skipIf(!hasChromium)('the page of an endpoint', { timeout: 240_000 }, () => {
  let trainyard: LocalTrainyard;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  beforeAll(async () => {
    [trainyard, browser] = await Promise.all([startTrainyard(), launchChromium()]);
    const owner = createClient({ baseUrl: trainyard.url, token: trainyard.ownerToken });
    await serveModel(owner, 'points', { bytes: CSV, format: 'csv', type: 'text/csv', spec: SPEC });
    await serveModel(owner, 'mood', MOOD);
    await serveTinyTranslation(owner, 'french');
    ({ page, errors } = await openPage(browser));
    await signIn(page, trainyard.url, trainyard.ownerToken);
  }, 200_000);
  afterAll(async () => {
    await browser?.close();
    await trainyard?.close();
  });

  const open = (project: string, endpoint: string) =>
    page.goto(`${trainyard.url}/projects/${project}/endpoints/${endpoint}`);
  const predictions = () =>
    page.locator('section', { has: page.getByRole('heading', { name: 'Prediction' }) });

  it('explains numbers by bars, and a text by its words', async () => {
    await open('points', 'points');
    await page.getByLabel('a', { exact: true }).fill('19');
    await page.getByLabel('b', { exact: true }).fill('20');
    await page.getByRole('checkbox', { name: 'Explain' }).click();
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    const explanation = page.getByRole('region', { name: 'Explanation' });
    await explanation.waitFor();
    expect(await explanation.textContent()).toContain('The probability of “high”');
    // both are above their medians, and the label is of their sum
    expect(await explanation.locator('li').allTextContents()).toEqual([
      expect.stringMatching(/^[ab]\+/),
      expect.stringMatching(/^[ab]\+/),
    ]);
    await shoot(page, 'endpoint-explained');
    await open('mood', 'mood');
    await page.getByRole('textbox', { name: /^text/ }).fill('the day was sunny');
    await page.getByRole('checkbox', { name: 'Explain' }).click();
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    await explanation.waitFor();
    expect(await explanation.locator('mark').allTextContents()).toEqual(['the', 'day', 'was', 'sunny']);
    await shoot(page, 'endpoint-words');
  });

  it('says a translation as it comes', async () => {
    await open('french', 'french');
    const english = 'the red dog sees a cat.';
    await page.getByLabel('english').fill(english);
    const asked = page.waitForResponse((response) => response.url().endsWith('/predict'));
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    expect((await asked).headers()['content-type']).toContain('text/event-stream');
    const owner = createClient({ baseUrl: trainyard.url, token: trainyard.ownerToken });
    const told = await owner.call(predict, {
      params: { endpoint: 'french' },
      body: { instances: [{ english }] },
    });
    const [{ text }] = told.predictions as [{ text: string; score: number }];
    await page.getByText('probable, on the average').waitFor();
    expect(await predictions().locator('strong').first().textContent()).toBe(text);
  });

  it('makes a graph, says what is wrong with one, and shows who answered', async () => {
    await page.goto(`${trainyard.url}/projects/points/endpoints`);
    await page.getByRole('button', { name: 'New graph' }).click();
    await page.getByLabel('Endpoint name').fill('cascade');
    const json = page.getByLabel('Graph as JSON');
    const graph = (field: string, value: number) =>
      JSON.stringify({
        nodes: {
          root: {
            type: 'sequence',
            steps: [
              { name: 'small', model: 'points' },
              { name: 'large', model: 'points', condition: { field, op: '<', value } },
            ],
          },
        },
      });
    await json.fill('{"nodes"');
    await page.getByText('This is no graph yet').waitFor();
    expect(await page.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true);
    await json.fill(graph('response.surety', 0.5));
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('there is no response.surety; the answer has "label", "confidence"').waitFor();
    await json.fill(graph('response.confidence', 0.1));
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('heading', { name: 'cascade', level: 1 }).waitFor();
    const boxes = page.getByRole('list', { name: 'The way of a request' }).getByRole('listitem');
    await expect
      .poll(() => boxes.allTextContents())
      .toEqual([
        'Request',
        'points v1smallno row yet',
        'points v1large · if response.confidence < 0.1no row yet',
        'Answer',
      ]);
    await page.getByRole('button', { name: 'Predict', exact: true }).click();
    await page.getByText('Answered by points v1.').waitFor();
    await expect.poll(() => boxes.nth(1).textContent()).toBe('points v1small1 row');
    await shoot(page, 'endpoint-graph');

    await page.getByRole('button', { name: 'Edit graph' }).click();
    await json.fill(graph('response.confidence', 1.1));
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => boxes.nth(2).textContent()).toContain('if response.confidence < 1.1');
    // what is served follows within moments
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Predict', exact: true }).click();
        return predictions().textContent();
      })
      .toContain('Answered by points v1, then points v1.');
    await page.goto(`${trainyard.url}/projects/points/endpoints`);
    await page
      .getByRole('row', { name: /cascade/ })
      .getByText('points v1')
      .waitFor();
    expect(errors.filter((error) => !error.includes('400'))).toEqual([]); // the graph that was refused
  });
});
