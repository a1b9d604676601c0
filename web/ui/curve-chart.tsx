/** Curves over epochs, drawn by uPlot: several series with x values of their own, updated as points arrive. */
import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import styles from './chart.module.css';
import { decimal } from './format.ts';

export interface Curve {
  name: string;
  /** A CSS custom property: `--curve-1`. */
  color: string;
  points: readonly { x: number; y: number }[];
}

const HEIGHT = 220;

export function CurveChart(props: {
  title: string;
  xLabel: string;
  curves: readonly Curve[];
  log?: boolean;
}) {
  const { title, xLabel, curves, log = false } = props;
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const data = useMemo(() => align(curves), [curves]);
  const theme = useThemeStamp();
  // The plot is made anew only when its series or colours change; points go in by setData.
  const shape = JSON.stringify([xLabel, log, theme, curves.map(({ name, color }) => [name, color])]);
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const element = holder.current!;
    const [label, isLog, , series] = JSON.parse(shape) as [string, boolean, string, [string, string][]];
    const chart = new uPlot(options(element, label, isLog, series, setHovered), latest.current, element);
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [shape]);

  useEffect(() => plot.current?.setData(data), [data]);

  const shown = curves.map((curve) => ({
    ...curve,
    value: valueAt(curve, hovered === null ? null : data[0][hovered]),
  }));
  const points = curves.reduce((sum, curve) => sum + curve.points.length, 0);
  return (
    <figure
      className={styles.chart}
      data-points={points}
      aria-label={`${title}: ${shown.map(({ name, value }) => `${name} ${value}`).join(', ')}`}
    >
      <figcaption className={styles.legend}>
        {shown.map(({ name, color, value }) => (
          <span key={name}>
            <i style={{ background: `var(${color})` }} />
            {name} <b>{value}</b>
          </span>
        ))}
      </figcaption>
      <div ref={holder} className={styles.plot} style={{ height: HEIGHT }}>
        {points === 0 && <p className={styles.waiting}>The curve begins with the first steps.</p>}
      </div>
    </figure>
  );
}

/** One x axis for all curves; null where a curve has no point. */
function align(curves: readonly Curve[]): [number[], ...(number | null)[][]] {
  const xs = [...new Set(curves.flatMap((curve) => curve.points.map(({ x }) => x)))].sort((a, b) => a - b);
  const columns = curves.map((curve) => {
    const byX = new Map(curve.points.map(({ x, y }) => [x, y]));
    return xs.map((x) => byX.get(x) ?? null);
  });
  return [xs, ...columns];
}

/** The curve's value at or before `x`; its last without `x`. */
function valueAt({ points }: Curve, x: number | null | undefined): string {
  const point = x === null || x === undefined ? points.at(-1) : points.findLast((one) => one.x <= x);
  return point ? decimal(point.y) : '–';
}

function options(
  element: HTMLElement,
  xLabel: string,
  log: boolean,
  series: [string, string][],
  onHover: (index: number | null) => void,
): uPlot.Options {
  const css = getComputedStyle(element);
  // Resolves light-dark() and nested variables to a colour that a canvas understands.
  const color = (name: string): string => {
    const probe = element.appendChild(document.createElement('i'));
    probe.style.color = `var(${name})`;
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
  const axis: uPlot.Axis = {
    stroke: color('--text-3'),
    font: `11px ${css.fontFamily}`,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    gap: 8,
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    scales: { x: { time: false }, y: { distr: log ? 3 : 1 } },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    padding: [8, 8, 0, 0],
    axes: [
      {
        ...axis,
        label: xLabel,
        size: 26,
        labelSize: 16,
        labelGap: 0,
        labelFont: `11px ${css.fontFamily}`,
        grid: { show: false },
      },
      {
        ...axis,
        size: 52,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : decimal(tick, 3))),
      },
    ],
    series: [
      {},
      ...series.map(([label, name]) => ({
        label,
        stroke: color(name),
        width: 1.75,
        spanGaps: true,
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [(chart) => onHover(chart.cursor.idx ?? null)] },
  };
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
