/**
 * What the worker tells the page, in order, but progress and points no more often than an eye can follow: each has the page render and
 * draw anew, and a quick training has news of both ten times a second.
 */
import type { MetricPoint } from '../../shared/schema/metric.ts';
import type { FromWorker } from './messages.ts';

const SHOW_MS = 250;

export function createTelling(post: (message: FromWorker) => void): (message: FromWorker) => void {
  let points: MetricPoint[] = [];
  let progress: Extract<FromWorker, { type: 'progress' }> | null = null;
  let last = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function show(): void {
    clearTimeout(timer);
    timer = undefined;
    last = performance.now();
    if (points.length > 0) post({ type: 'metrics', points });
    if (progress) post(progress);
    points = [];
    progress = null;
  }

  return (message) => {
    if (message.type === 'metrics') points.push(...message.points);
    else if (message.type === 'progress') progress = message;
    else {
      show();
      post(message);
      return;
    }
    timer ??= setTimeout(show, Math.max(0, last + SHOW_MS - performance.now()));
  };
}
