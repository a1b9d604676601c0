import { expect, it } from 'vitest';
import type { CurveName, MetricPoint, Split } from '../../shared/schema/metric.ts';
import { createEpochLog } from './epoch-log.ts';

const point = (step: number, split: Split, name: CurveName, value: number): MetricPoint => ({
  ...{ step, epoch: step / 10, split, name, value },
});
const epoch = (step: number): MetricPoint[] => [
  point(step, 'train', 'loss', 1 / step),
  point(step, 'train', 'throughput', 1234.5),
  point(step, 'validation', 'loss', 2 / step),
  point(step, 'validation', 'accuracy', 0.5),
];

it('says of each epoch how it went, of short ones the latest once a second, and the last at the end', () => {
  const lines: unknown[] = [];
  let ms = 0;
  const log = createEpochLog(
    (_, fields) => lines.push(fields),
    () => ms,
  );
  log.at({ phase: 'training', step: 10, totalSteps: 200, epoch: 1, epochs: 20, etaMs: 3210 });
  log.add(epoch(10));
  ms = 400;
  log.add(epoch(20));
  ms = 1100;
  log.add([point(25, 'train', 'loss', 9)]); // the second epoch has waited long enough
  log.add(epoch(30));
  log.end();
  log.end();
  const line = { rowsPerSecond: 1235, secondsLeft: 3, 'validation accuracy': 0.5 };
  expect(lines).toEqual([
    { ...line, epoch: '1/20', step: 10, loss: 0.1, 'validation loss': 0.2 },
    { ...line, epoch: '2/20', step: 20, loss: 0.05, 'validation loss': 0.1 },
    { ...line, epoch: '3/20', step: 30, loss: 0.03333, 'validation loss': 0.06667 },
  ]);
});
