/** The page's script: the charts of a run's page with two runs of many points, read as the page reads them. */
import { createElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { askCurves } from '../../../web/curves/ask-curves.ts';
import { CurveBoard } from '../../../web/curves/curve-board.tsx';
import { RUN_COLORS, type ShownRun } from '../../../web/curves/curve-lines.ts';
import { whenDrawn } from '../../../web/curves/draw-queue.ts';
import { appendPoints } from '../../../web/curves/run-curves.ts';
import '../../../web/ui/theme.css';

export interface LongTasks {
  /** ms of the longest task that took more than 50 ms; 0 without one. */
  longest: number;
  count: number;
}

localStorage.setItem(
  'trainyard.curves',
  JSON.stringify({ smoothing: 0.6, x: 'epoch', log: ['loss'], signalsOpen: true }),
);

let tasks: number[] = [];
const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: 'longtask' });
function note(entries: PerformanceEntryList): void {
  tasks.push(...entries.map(({ duration }) => duration));
}

const root = createRoot(document.getElementById('root')!);
let runs: ShownRun[] = [];
const render = () => flushSync(() => root.render(createElement(CurveBoard, { runs, waiting: '' })));
const frame = () => new Promise((next) => requestAnimationFrame(next));
/** After what waits to be drawn, and the frame that shows it. */
async function drawn(): Promise<void> {
  await frame();
  await whenDrawn();
  await frame();
}

const curvesBench = {
  /** Returns ms from the request to the curves in memory. */
  async read(names: string[]): Promise<number> {
    const start = performance.now();
    runs = await Promise.all(
      names.map(async (name, i) => ({
        id: name,
        name,
        color: RUN_COLORS[i]!,
        curves: await askCurves({ baseUrl: location.origin, token: undefined }, name),
      })),
    );
    return performance.now() - start;
  },
  /** Returns ms until the charts are on the screen. */
  async draw(): Promise<number> {
    const start = performance.now();
    render();
    await drawn();
    return performance.now() - start;
  },
  /** Adds as many points to the first run, one event after another. */
  async grow(events: number, pointsEach: number): Promise<void> {
    for (let event = 0; event < events; event++) {
      const [first, ...others] = runs as [ShownRun, ...ShownRun[]];
      const { length, step, epoch } = first.curves.get('train loss')!;
      const points = Array.from({ length: pointsEach }, (_, i) => ({
        ...{ step: step[length - 1]! + i + 1, epoch: epoch[length - 1]! + (i + 1) / 1000 },
        ...{ split: 'train' as const, name: 'loss' as const, value: 0.2 },
      }));
      runs = [{ ...first, curves: appendPoints(first.curves, points) }, ...others];
      render();
      await drawn();
    }
  },
  drawn,
  /** Since the last call. */
  async takeLongTasks(): Promise<LongTasks> {
    await new Promise((later) => setTimeout(later, 100)); // entries come when their task is over
    note(observer.takeRecords());
    const taken = { longest: Math.max(0, ...tasks), count: tasks.length };
    tasks = [];
    return taken;
  },
};
export type CurvesBench = typeof curvesBench;

Object.assign(globalThis, { curvesBench });
