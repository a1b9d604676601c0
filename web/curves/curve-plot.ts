/** One plot of curves by uPlot: only what can be seen of them goes in, so that a long curve costs no more than a short one. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { decimal, percent } from '../ui/format.ts';
import { align, type Table } from './align.ts';
import { decimate, type Points } from './decimate.ts';
import { drawColumns } from './draw-columns.ts';
import { type Range, zoomed } from './x-range.ts';

export interface Line extends Points {
  name: string;
  /** A CSS custom property: `--curve-1`. */
  color: string;
  dashed?: boolean;
  /** Behind the others, and not in the legend: what was smoothed. */
  faint?: boolean;
}

export interface PlotLook {
  xLabel: string;
  height: number; // px
  log: boolean;
  isShare: boolean;
  lines: readonly Pick<Line, 'name' | 'color' | 'dashed' | 'faint'>[];
}

export interface PlotEvents {
  /** The x under the pointer, here or in another chart of the group. */
  onHover(x: number | null): void;
  /** A part of the x axis was chosen; null is all of it. */
  onRange(range: Range | null): void;
}

export interface CurvePlot {
  /** Yields where the page's thread may do something else: each line is looked at from end to end. */
  draw(lines: readonly Points[], range: Range, whole: Range): Iterator<void>;
  destroy(): void;
}

const SYNC = 'curves';
const LINE_WIDTH = 1.75; // px
const COLUMN = 2; // canvas pixels
const FAINT = 0.28;
const WHEEL = 0.0016; // of the width, by pixel turned
const NO_SELECTION = { left: 0, top: 0, width: 0, height: 0 };

export function createPlot(element: HTMLElement, look: PlotLook, events: PlotEvents): CurvePlot {
  let shown: Range = [0, 1];
  let whole: Range = [0, 1];
  let lengths: number[] = [];
  const chart = new uPlot(
    {
      width: element.clientWidth,
      height: look.height,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      scales: { x: { time: false, range: () => [...shown] }, y: { distr: look.log ? 3 : 1 } },
      axes: axesOf(element, look),
      series: [{}, ...look.lines.map((line, i) => seriesOf(element, line, () => lengths[i] ?? 0))],
      cursor: {
        y: false,
        points: { size: 7 },
        drag: { x: true, y: false, setScale: false, dist: 4 },
        sync: {
          key: SYNC,
          scales: ['x', null],
          filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
        },
        bind: {
          dblclick: () => () => {
            events.onRange(null);
            return null;
          },
        },
      },
      hooks: {
        setCursor: [
          ({ cursor, posToVal }) =>
            events.onHover(cursor.left === undefined || cursor.left < 0 ? null : posToVal(cursor.left, 'x')),
        ],
        setSelect: [
          ({ select: { left, width }, posToVal }) => {
            if (width > 0) events.onRange([posToVal(left, 'x'), posToVal(left + width, 'x')]);
          },
        ],
      },
    },
    [[], ...look.lines.map(() => [])],
    element,
  );

  // Without the focus or a key the wheel scrolls the page, as it does everywhere.
  const turn = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey && !element.matches(':focus, :focus-within')) return;
    event.preventDefault();
    events.onRange(zoomed(shown, whole, Math.exp(event.deltaY * WHEEL), chart.posToVal(event.offsetX, 'x')));
  };
  chart.over.addEventListener('wheel', turn, { passive: false });

  return {
    *draw(lines, range, all) {
      const columns = Math.max(1, Math.round(chart.bbox.width / COLUMN));
      const above = look.log ? 0 : Number.NEGATIVE_INFINITY;
      const tables: Table[] = [];
      for (const line of lines) {
        tables.push(decimate(line, range, columns, above));
        yield;
      }
      const table = align(tables);
      yield;
      [shown, whole] = [range, all];
      const width = element.clientWidth;
      lengths = tables.map(([x]) => x.length);
      chart.batch(() => {
        if (width !== chart.width) chart.setSize({ width, height: look.height });
        chart.setData(table, false);
        chart.setScale('x', { min: range[0], max: range[1] });
        chart.setSelect(NO_SELECTION, false);
      });
    },
    destroy: () => chart.destroy(),
  };
}

function seriesOf(
  element: HTMLElement,
  line: PlotLook['lines'][number],
  lengthOf: () => number,
): uPlot.Series {
  const stroke = colorOf(element, line.color);
  const drawLine = uPlot.paths.linear!();
  const drawDense = drawColumns(COLUMN, stroke);
  return {
    label: line.name,
    stroke,
    width: LINE_WIDTH,
    alpha: line.faint ? FAINT : 1,
    spanGaps: true,
    paths: (chart, ...rest) => (lengthOf() > chart.bbox.width ? drawDense : drawLine)(chart, ...rest),
    points: { show: () => lengthOf() === 1, size: 6 },
    ...(line.dashed && { dash: [6, 4] }),
  };
}

function axesOf(element: HTMLElement, { xLabel, isShare }: PlotLook): uPlot.Axis[] {
  const { fontFamily } = getComputedStyle(element);
  const font = `11px ${fontFamily}`;
  const axis: uPlot.Axis = {
    stroke: colorOf(element, '--text-3'),
    font,
    grid: { stroke: colorOf(element, '--line'), width: 1 },
    ticks: { show: false },
    gap: 8,
  };
  const textOf = (tick: number) =>
    isShare ? percent(tick, Number.isInteger(tick * 100) ? 0 : 1) : decimal(tick, 3);
  return [
    { ...axis, label: xLabel, size: 26, labelSize: 16, labelGap: 0, labelFont: font, grid: { show: false } },
    { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : textOf(tick))) },
  ];
}

/** Resolves light-dark() and nested variables to a colour that a canvas understands. */
function colorOf(element: HTMLElement, name: string): string {
  const probe = element.appendChild(document.createElement('i'));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
