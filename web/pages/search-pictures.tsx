/** What a search has found, to look at: the best as trials went by, what each set of parameters came to, and which of them mattered. */
import type { Parameters } from '../../shared/schema/sweep.ts';
import type { SweepDetail } from '../../shared/schema/sweep-view.ts';
import { scoreOf } from '../../shared/tune/trial-cost.ts';
import { Shares } from '../ui/bars.tsx';
import { decimal } from '../ui/format.ts';
import { type Axis, axesOf, heightOf } from './parallel-axes.ts';
import styles from './search-pictures.module.css';

const WIDTH = 640;
const HEIGHT = 220;
const EDGE = 44;

/** A dot for each trial, and the best so far as a line. */
export function BestSoFar({ detail }: { detail: SweepDetail }) {
  const scored = detail.tried.flatMap((trial) => {
    const value = scoreOf(trial, detail.objectives);
    return value === null ? [] : [{ number: trial.number, value, state: trial.state }];
  });
  if (scored.length === 0) return <p className="muted">No trial has told of anything yet.</p>;
  const values = scored.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (number: number) => EDGE + (number / Math.max(1, detail.tried.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => HEIGHT - EDGE - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * EDGE);
  const steps = detail.bestSoFar.map(({ trial, value }, i) => {
    const next = detail.bestSoFar[i + 1]?.trial ?? detail.tried.length - 1;
    return `${i === 0 ? 'M' : 'L'}${x(trial)},${y(value)} L${x(next)},${y(value)}`;
  });
  const best = detail.bestSoFar.at(-1);
  return (
    <svg
      className={styles.picture}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${scored.length} trials; the best is ${best ? decimal(best.value) : 'not known yet'}`}
    >
      <text x={4} y={y(high) + 4}>
        {decimal(high)}
      </text>
      {high > low && (
        <text x={4} y={y(low) + 4}>
          {decimal(low)}
        </text>
      )}
      <path d={steps.join(' ')} className={styles.best} />
      {scored.map(({ number, value, state }) => (
        <circle key={number} cx={x(number)} cy={y(value)} r={4} data-state={state}>
          <title>{`trial ${number}, ${state}: ${decimal(value)}`}</title>
        </circle>
      ))}
    </svg>
  );
}

/** A line for each trial through its parameters to its score; the better, the stronger. */
export function ParallelCoordinates({ detail }: { detail: SweepDetail }) {
  const ranked = detail.ranking.map((number) => detail.tried[number]!);
  const lines = ranked.flatMap((trial) => {
    const score = scoreOf(trial, detail.objectives);
    const values: Parameters = { ...trial.parameters, '': score ?? 0 };
    return score === null ? [] : [{ trial, values }];
  });
  const axes = axesOf(
    lines.map(({ values }) => values),
    8,
  );
  if (lines.length < 2 || axes.length < 2) return null;
  const x = (i: number) => EDGE + (i / (axes.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (share: number) => HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE);
  return (
    <svg
      className={styles.picture}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label="Parameters of the trials, and what each came to"
    >
      {[...lines].reverse().map(({ trial, values }, i) => (
        <path
          key={trial.number}
          d={axes
            .map((axis, at) => [heightOf(axis, values[axis.path]), at] as const)
            .filter(([height]) => height !== null)
            .map(([height, at], nth) => `${nth === 0 ? 'M' : 'L'}${x(at)},${y(height!)}`)
            .join(' ')}
          className={styles.line}
          data-best={i === lines.length - 1 || undefined}
          style={{ opacity: 0.15 + (0.6 * (i + 1)) / lines.length }}
        >
          <title>{`trial ${trial.number}`}</title>
        </path>
      ))}
      {axes.map((axis, i) => (
        <AxisLine
          key={axis.path}
          axis={axis}
          x={x(i)}
          title={axis.path === '' ? detail.objectives[0]!.metric : nameOf(axis.path)}
        />
      ))}
    </svg>
  );
}

function AxisLine({ axis, x, title }: { axis: Axis; x: number; title: string }) {
  return (
    <g className={styles.axis}>
      <line x1={x} x2={x} y1={EDGE} y2={HEIGHT - EDGE} />
      <text x={x} y={14} textAnchor="middle">
        {title}
      </text>
      <text x={x} y={26} textAnchor="middle" className="faint">
        {axis.high}
      </text>
      <text x={x} y={HEIGHT - 14} textAnchor="middle" className="faint">
        {axis.low}
      </text>
    </g>
  );
}

export function Importance({ importance }: Pick<SweepDetail, 'importance'>) {
  if (!importance) return <p className="muted">Known once eight trials have ended.</p>;
  const named = Object.entries(importance.parameters).map(([path, share]) => [nameOf(path), share] as const);
  return <Shares shares={{ ...Object.fromEntries(named), 'only together': importance.interactions }} />;
}

/** The last word of a path, with the block that it is of: `learningRate`, `0.units`. */
export function nameOf(path: string): string {
  const [block = '', name] = path.split('.').slice(-2);
  return name === undefined ? block : /^\d+$/.test(block) ? `${block}.${name}` : name;
}
