/** Penguins trained in a tab, on the page that shows the run: how long is the page's own thread held meanwhile? */
import { join } from 'node:path';
import { launchChromium, openPage } from '../../browser/chromium.ts';
import { chooseTarget, fillTraining, makeProject, signIn, upload } from '../../browser/journey.ts';
import { startTrainyard } from '../../browser/local.ts';
import { busiestTask, type Pauses } from './curves.ts';

type Watched = { tasks?: number[] };

/** From the start of the training, some seconds long, to its end. */
export async function benchPage(): Promise<Pauses> {
  const folder = process.env.TRAINYARD_DATASETS;
  if (!folder) throw new Error('TRAINYARD_DATASETS names no folder of data sets');
  const trainyard = await startTrainyard();
  const browser = await launchChromium();
  try {
    const { page } = await openPage(browser);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'pauses');
    await upload(page, join(folder, 'tabular-penguins/penguins.csv'));
    await chooseTarget(page, 'species');
    await fillTraining(page, 'WebAssembly', {
      Epochs: '4000',
      'Batch size': '1',
      'Learning rate': '0.000005',
    });
    await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
    await page.evaluate(() => {
      const tasks: number[] = [];
      (globalThis as Watched).tasks = tasks;
      new PerformanceObserver((list) => {
        tasks.push(...list.getEntries().map(({ duration }) => duration));
      }).observe({ type: 'longtask' });
    });
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByText('succeeded').waitFor({ timeout: 120_000 });
    const tasks = await page.evaluate(() => (globalThis as Watched).tasks!);
    const busiest = busiestTask(await browser.stopTracing());
    return { count: tasks.length, longest: Math.max(0, ...tasks), busiest };
  } finally {
    await browser.close();
    await trainyard.close();
  }
}
