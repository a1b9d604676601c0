/** 10,000 digits of MNIST learnt in a tab on WebAssembly with what is suggested there: how well, how long, and how honest was the time shown? */
import { packZip } from '../../../shared/data/pack-zip.ts';
import type { FromWorker } from '../../../web/train/messages.ts';
import { launchChromium, openPage } from '../../browser/chromium.ts';
import {
  chooseTarget,
  fillTraining,
  makeProject,
  signIn,
  testAccuracy,
  upload,
} from '../../browser/journey.ts';
import { startTrainyard } from '../../browser/local.ts';
import { mnistFiles } from '../../browser/mnist.ts';

const ROWS = 10_000;
/** Looked at once this share of the steps is done. */
const EARLY = 0.1;

export interface MnistMeasured {
  /** Of test rows, 0 to 1. */
  accuracy: number;
  /** From the click to the end of the run. */
  seconds: number;
  /** How much longer or shorter it took from a tenth on than was said there: 0.1 is 10 % longer. */
  estimate: number;
}

type Report = { at: number; share: number; etaMs: number | null };
type Watched = { reports?: Report[] };

export async function benchMnist(): Promise<MnistMeasured> {
  const trainyard = await startTrainyard();
  const browser = await launchChromium();
  try {
    const { page } = await openPage(browser);
    await page.addInitScript(watchProgress);
    await signIn(page, trainyard.url, trainyard.ownerToken);
    await makeProject(page, 'mnist');
    const buffer = Buffer.from(packZip(await mnistFiles(ROWS)));
    await upload(page, { name: 'mnist.zip', mimeType: 'application/zip', buffer });
    await chooseTarget(page, 'label');
    await fillTraining(page, 'WebAssembly', {});
    const start = performance.now();
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByText('succeeded').waitFor({ timeout: 300_000 });
    const seconds = (performance.now() - start) / 1000;
    const accuracy = await testAccuracy(page);
    const { reports, end } = await page.evaluate(() => ({
      reports: (globalThis as Watched).reports!,
      end: performance.now(),
    }));
    const early = reports.find(({ share, etaMs }) => share >= EARLY && etaMs !== null);
    const estimate = early ? (end - early.at) / early.etaMs! - 1 : Number.NaN;
    return { accuracy, seconds, estimate };
  } finally {
    await browser.close();
    await trainyard.close();
  }
}

/** In the page: notes what its training worker says of the time left. */
function watchProgress(): void {
  const reports: Report[] = [];
  (globalThis as Watched).reports = reports;
  const Original = Worker;
  globalThis.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      this.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
        if (data.type !== 'progress' || data.progress.phase !== 'training') return;
        const { step, totalSteps, etaMs } = data.progress;
        reports.push({ at: performance.now(), share: step / totalSteps, etaMs });
      });
    }
  };
}
