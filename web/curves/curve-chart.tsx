/** A chart of curves with its legend: zoomed by drag, wheel and keys, its x axis and pointer shared with the charts beside it. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { decimal, percent } from '../ui/format.ts';
import { type CurvePlot, createPlot, type Line, type PlotLook } from './curve-plot.ts';
import styles from './curves.module.css';
import { cancelDraw, drawSoon } from './draw-queue.ts';
import { firstAtLeast } from './run-curves.ts';
import { moved, type Range, zoomed } from './x-range.ts';

export const ZOOM_STEP = 0.5;
const MOVE_STEP = 0.2;

export function CurveChart(props: {
  title: string;
  xLabel: string;
  lines: readonly Line[];
  /** What is seen of the x axis, and all there is. */
  range: Range;
  whole: Range;
  onRange: (range: Range | null) => void;
  log?: boolean;
  isShare?: boolean;
  height?: number;
  /** Said where there are no points yet. */
  waiting?: string;
}) {
  const { title, xLabel, lines, range, whole, log = false, isShare = false, height = 220 } = props;
  const holder = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const theme = useThemeStamp();
  const look: PlotLook = {
    ...{ xLabel, height, log, isShare },
    lines: lines.map(({ name, color, dashed, faint }) => ({ name, color, dashed, faint })),
  };
  // The plot is made anew only when its lines or colours change; points go in by `draw`.
  const shape = JSON.stringify([theme, look]);
  const latest = useRef({ lines, range, whole, onRange: props.onRange });
  const plot = useRef<CurvePlot>(null);
  const draw = useRef(() => {
    const now = latest.current;
    const steps = plot.current?.draw(now.lines, now.range, now.whole);
    const go = () => {
      if (plot.current && steps?.next().done === false) drawSoon(latest, go);
    };
    go();
  }).current;

  useEffect(() => {
    latest.current = { lines, range, whole, onRange: props.onRange };
  });

  useEffect(() => {
    const element = holder.current!;
    const [, made] = JSON.parse(shape) as [string, PlotLook];
    drawSoon(latest, () => {
      plot.current = createPlot(element, made, {
        onHover: setHovered,
        onRange: (next) => latest.current.onRange(next),
      });
      drawSoon(latest, draw);
    });
    const observer = new ResizeObserver(() => plot.current && drawSoon(latest, draw));
    observer.observe(element);
    return () => {
      observer.disconnect();
      cancelDraw(latest);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape, draw]);

  const [min, max] = range;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `draw` reads what these are
  useEffect(() => {
    if (plot.current) drawSoon(latest, draw);
  }, [lines, min, max]);

  function steer(event: KeyboardEvent) {
    const next = KEYS[event.key]?.(range, whole);
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    props.onRange(next);
  }

  const main = lines.filter(({ faint }) => !faint);
  const textOf = (line: Line, x: number | null) => {
    const value = valueAt(line, x);
    return value === null ? '–' : isShare ? percent(value, 2) : decimal(value);
  };
  const points = main.reduce((sum, { length }) => sum + length, 0);
  return (
    <figure
      className={styles.chart}
      data-points={points}
      aria-label={`${title}: ${main.map((line) => `${line.name} ${textOf(line, null)}`).join(', ')}`}
    >
      <figcaption className={styles.legend}>
        {main.map((line) => (
          <span key={line.name}>
            <i style={{ color: `var(${line.color})` }} data-dashed={line.dashed || undefined} />
            {line.name} <b>{textOf(line, hovered)}</b>
          </span>
        ))}
        {hovered !== null && points > 0 && (
          <span className="faint">
            {xLabel} {decimal(hovered, 3)}
          </span>
        )}
      </figcaption>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys zoom the picture; what it says is in the figure's label */}
      <div
        ref={holder}
        className={styles.plot}
        style={{ height }}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: takes the keys
        tabIndex={0}
        aria-keyshortcuts="+ - ArrowLeft ArrowRight 0"
        onKeyDown={steer}
      >
        {points === 0 && <p className={styles.waiting}>{props.waiting}</p>}
      </div>
    </figure>
  );
}

const KEYS: Readonly<Record<string, (range: Range, whole: Range) => Range | null>> = {
  '+': (range, whole) => zoomed(range, whole, ZOOM_STEP),
  '=': (range, whole) => zoomed(range, whole, ZOOM_STEP),
  '-': (range, whole) => zoomed(range, whole, 1 / ZOOM_STEP),
  ArrowLeft: (range, whole) => moved(range, whole, -MOVE_STEP),
  ArrowRight: (range, whole) => moved(range, whole, MOVE_STEP),
  0: () => null,
  Escape: () => null,
};

/** The line's value at or before `x`; its last without `x`. */
function valueAt({ x: xs, y, length }: Line, x: number | null): number | null {
  if (length === 0) return null;
  if (x === null) return y[length - 1]!;
  const next = firstAtLeast(xs, length, x);
  const at = next < length && xs[next] === x ? next : next - 1;
  return at < 0 ? null : y[at]!;
}

/** Changes when light turns dark, by the system or by the switch: a canvas does not restyle itself. */
function useThemeStamp(): string {
  const [stamp, setStamp] = useState('');
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const update = () => setStamp(`${document.documentElement.dataset.theme ?? ''} ${query.matches}`);
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    query.addEventListener('change', update);
    update();
    return () => {
      observer.disconnect();
      query.removeEventListener('change', update);
    };
  }, []);
  return stamp;
}
