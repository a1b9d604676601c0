/** What learns without answers: groups that are plain to see are found, and rows that lie apart. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decodeArtifact } from '../artifact/artifact.ts';
import { describeGroups } from '../artifact/describe-groups.ts';
import { createPredictor } from '../artifact/predictor.ts';
import { loadDataset } from '../data/load-dataset.ts';
import { profileBytes } from '../data/profile-dataset.ts';
import { checkPipeline } from '../definition/check-pipeline.ts';
import { PipelineSpec } from '../definition/pipeline-spec.ts';
import { createPlainExecutor } from '../executors/plain/plain-executor.ts';
import { advise, fromTemplate } from '../templates/advise.ts';
import { finish } from '../train/train-fixtures.ts';
import { trainPipeline } from '../train/train-pipeline.ts';
import type { Learnt } from './estimator.ts';
import { isolationForest } from './isolation-forest.ts';
import { silhouette } from './silhouette.ts';

/** Three clouds of 60, 40 and 20 points, and two points far from all of them. */
const CENTRES = [
  [0, 0, 60],
  [8, 0, 40],
  [0, 9, 20],
] as const;
const points = CENTRES.flatMap(([x, y, count], cloud) =>
  Array.from({ length: count }, (_, i) => ({
    x: x + Math.sin(i * 12.9898 + cloud) * 1.5,
    y: y + Math.cos(i * 78.233 + cloud) * 1.5,
    cloud,
  })),
);
const csv = new TextEncoder().encode(
  `x,y\n${points.map(({ x, y }) => `${x.toFixed(4)},${y.toFixed(4)}\n`).join('')}`,
);
const profile = profileBytes(csv, 'csv');
const table = loadDataset(csv, 'csv', profile);

async function train(given: PipelineSpec) {
  const result = await finish(
    trainPipeline([], { spec: PipelineSpec.parse(given), table, datasetSha256: '0'.repeat(64) }),
  );
  const artifact = decodeArtifact(result.artifact);
  const predictor = await createPredictor(artifact, createPlainExecutor());
  const labels = async (rows: object[]) =>
    (await predictor.predict(rows)).map((one) => ('label' in one ? one.label : 'no label'));
  return { result, artifact, labels };
}

describe('k-means', () => {
  const spec = fromTemplate('clusters', profile, { target: 'cluster', task: 'clustering' });

  it('finds clouds of points, the largest first, and says how far apart they are', async () => {
    const { artifact, labels, result } = await train(spec);
    expect(artifact.manifest).toMatchObject({
      task: 'clustering',
      output: { task: 'classification', target: 'cluster', classes: ['cluster 1', 'cluster 2', 'cluster 3'] },
    });
    const found = await labels(points.map(({ x, y }) => ({ x, y })));
    expect(found).toEqual(points.map(({ cloud }) => `cluster ${cloud + 1}`));
    expect(result.metrics.test.silhouette).toBeGreaterThan(0.7);
    expect(Object.keys(result.metrics.test)).toEqual(['silhouette']);
  });

  it('tells what is typical of each group in the units of the columns', async () => {
    const { artifact } = await train(spec);
    const { names, features } = describeGroups(artifact)!;
    expect(names).toEqual(['cluster 1', 'cluster 2', 'cluster 3']);
    // the means of the training rows, which are most of the rows
    const [x, y] = features;
    expect([x!.name, y!.name]).toEqual(['x', 'y']);
    for (const [group, [atX, atY]] of CENTRES.entries()) {
      expect(Math.abs((x!.values[group] as number) - atX), `x of group ${group}`).toBeLessThan(0.5);
      expect(Math.abs((y!.values[group] as number) - atY), `y of group ${group}`).toBeLessThan(0.5);
    }
  });

  it('gives the same groups for the same seed', async () => {
    expect((await train(spec)).artifact.sha256).toBe((await train(spec)).artifact.sha256);
  });

  it('is sure of a row at a centre, and not of one between two', async () => {
    const { artifact } = await train(spec);
    const predictor = await createPredictor(artifact, createPlainExecutor());
    const [centre, between] = await predictor.predict([
      { x: 0, y: 0 },
      { x: 4, y: 0 },
    ]);
    const most = (one: typeof centre) =>
      Math.max(...Object.values((one as { probabilities: Record<string, number> }).probabilities));
    expect(most(centre)).toBeGreaterThan(0.99);
    expect(most(between)).toBeLessThan(0.95);
  });
});

describe('the isolation forest', () => {
  const spec = fromTemplate('anomalies', profile, { target: 'anomaly', task: 'anomaly-detection' });

  it('raises its hand at what lies apart, and at little else', async () => {
    const { labels, result, artifact } = await train(spec);
    expect(artifact.fitted.output).toMatchObject({ classes: ['normal', 'anomaly'] });
    const rows = [
      { x: 0, y: 0 },
      { x: 30, y: 30 },
      { x: 8, y: 0 },
    ];
    expect(await labels(rows)).toEqual(['normal', 'anomaly', 'normal']);
    expect(result.metrics.test.flagged).toBeLessThan(0.2);
  });

  it('scores rows as scikit-learn does, but for the draw of the trees', () => {
    const x = Float32Array.from(points.flatMap((point) => [point.x, point.y]));
    const rows = { count: points.length, width: 2, x, target: new Float32Array(points.length) };
    const params = isolationForest.params(z).parse({ type: 'isolation-forest' });
    const shape = { task: 'classification', inputs: 2, outputs: 2 } as const;
    const fit = isolationForest.fit(rows, params, { ...shape, seed: 1, validation: rows });
    let next = fit.next();
    while (!next.done) next = fit.next();
    const numberOf = (name: string) =>
      next.value instanceof Map ? next.value.get(name)!.data[0]! : Number.NaN;
    const predict = isolationForest.load(next.value as Learnt, params, shape);
    const logits = predict(Float32Array.of(0, 0, 30, 30, 8, 9, 8, 0, -20, 5, 4, 4.5), 6);
    const scores = [...logits]
      .filter((_, i) => i % 2)
      .map((logit) => (logit / 20) * numberOf('spread') + numberOf('threshold'));
    // scikit-learn 1.7: −score_samples of IsolationForest(n_estimators=200, random_state=0)
    const theirs = [0.472, 0.649, 0.602, 0.541, 0.568, 0.56];
    for (const [i, score] of scores.entries()) expect(Math.abs(score - theirs[i]!)).toBeLessThan(0.02);
  });

  it('takes the share of the training rows for anomalies that it is told', async () => {
    const { labels } = await train({
      ...spec,
      model: { ...(spec.model as object), contamination: 0.3 },
    } as PipelineSpec);
    const found = await labels(points.map(({ x, y }) => ({ x, y })));
    const share = found.filter((label) => label === 'anomaly').length / found.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });
});

describe('the silhouette', () => {
  it('of two pairs is as worked out by hand', () => {
    // rows 0 and 1, 10 and 11: within 1; beyond 10.5 for the outer and 9.5 for the inner
    const expected = (2 * (9.5 / 10.5) + 2 * (8.5 / 9.5)) / 4;
    expect(silhouette(Float32Array.of(0, 1, 10, 11), 1, Int32Array.of(0, 0, 1, 1))).toBeCloseTo(expected, 12);
  });

  it('is nothing for one group, and 0 for a row alone in its own', () => {
    expect(silhouette(Float32Array.of(0, 1), 1, Int32Array.of(2, 2))).toBeNull();
    expect(silhouette(Float32Array.of(0, 5), 1, Int32Array.of(0, 1))).toBe(0);
  });
});

describe('a definition without answers', () => {
  const spec = fromTemplate('clusters', profile, { target: 'cluster', task: 'clustering' });

  it('is advised only where it is asked for, and asked for by its template', () => {
    expect(
      advise(profile, { target: 'cluster', task: 'clustering' }).map(({ template }) => template.name),
    ).toEqual(['clusters']);
    expect(advise(profile, { target: 'y' }).map(({ template }) => template.name)).not.toContain('clusters');
    expect(fromTemplate('clusters', profile, { target: 'group' })).toEqual({ ...spec, target: 'group' });
    expect(() => fromTemplate('table-trees', profile, { target: 'cluster', task: 'clustering' })).toThrow(
      'the template "table-trees" is for classification and regression, not for clustering',
    );
  });

  it('names no column as its answer, learns from none, and is for what can do it', () => {
    expect(() => checkPipeline({ ...spec, target: 'x' } as PipelineSpec, profile)).toThrow(
      'the target "x" is a column of the data; for clustering it is what the answer is called, such as "my x"',
    );
    const encoded = {
      ...spec,
      features: [{ column: 'x', steps: [{ type: 'target', folds: 5, smoothing: 10 }] }],
    };
    const parsed = PipelineSpec.safeParse(encoded);
    if (parsed.success)
      expect(() => checkPipeline(parsed.data, profile)).toThrow(/needs answers to learn from|takes/);
    const wrong = PipelineSpec.safeParse({ ...spec, task: 'classification' });
    expect(wrong.error!.issues[0]!.message).toBe('k-means is for clustering, not for classification');
    const balanced = PipelineSpec.safeParse({ ...spec, training: { seed: 1, classWeights: 'balanced' } });
    expect(balanced.error!.issues[0]!.message).toBe('clustering has no classes to balance; leave it out');
  });
});
