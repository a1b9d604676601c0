/** The suggested pipelines on real files: what a person gets who changes nothing. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../data/load-dataset.ts';
import { profileDataset } from '../data/profile-dataset.ts';
import { plainCandidate } from '../executors/plain/plain-candidate.ts';
import { sha256 } from '../sha256.ts';
import { suggestPipeline } from '../templates/suggest-pipeline.ts';
import { finish } from './train-fixtures.ts';
import { trainPipeline } from './train-pipeline.ts';

const home = process.env.TRAINYARD_DATASETS;

describe.skipIf(!home)(
  `real data${home ? '' : ' (skipped: TRAINYARD_DATASETS names no folder of datasets)'}`,
  () => {
    it.each([
      { file: 'tabular-penguins/penguins.csv', target: 'species', metric: 'accuracy', atLeast: 0.96 },
      { file: 'tabular-sklearn/breast_cancer.csv', target: 'diagnosis', metric: 'accuracy', atLeast: 0.95 },
      { file: 'tabular-sklearn/diabetes.csv', target: 'progression', metric: 'r2', atLeast: 0.42 },
    ] as const)(
      '$file: $metric ≥ $atLeast',
      { timeout: 60_000 },
      async ({ file, target, metric, atLeast }) => {
        const bytes = new Uint8Array(await readFile(join(home!, file)));
        const profile = await profileDataset(new Blob([bytes]).stream(), 'csv');
        const spec = suggestPipeline(profile, { target });
        const options = {
          spec,
          table: loadDataset(bytes, 'csv', profile),
          datasetSha256: sha256(bytes),
        };
        const { metrics } = await finish(trainPipeline([plainCandidate('here')], options));
        expect(metrics.test[metric]).toBeGreaterThanOrEqual(atLeast);
      },
    );
  },
);
