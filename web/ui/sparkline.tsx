/** A share over time as a line without axes, its last value beside it. */
import styles from './chart.module.css';
import { percent } from './format.ts';

const WIDTH = 120;
const HEIGHT = 24;

/** `shares` from 0 to 1, oldest first, one at least. */
export function Sparkline({ label, shares }: { label: string; shares: readonly number[] }) {
  const drawn = shares.length > 1 ? shares : [...shares, ...shares];
  const step = WIDTH / (drawn.length - 1);
  const points = drawn.map((share, i) => `${(i * step).toFixed(1)},${((1 - share) * HEIGHT).toFixed(1)}`);
  return (
    <div className={styles.sparkline}>
      <span>{label}</span>
      <svg viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`} preserveAspectRatio="none" aria-hidden>
        <polyline points={points.join(' ')} />
      </svg>
      <b>{percent(shares.at(-1)!, 0)}</b>
    </div>
  );
}
