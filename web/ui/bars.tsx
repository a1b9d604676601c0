/** Small bar charts in plain HTML: requests by minute, shares of a whole, a column's distribution. */
import type { ColumnProfile } from '../../shared/schema/dataset.ts';
import type { Traffic } from '../../shared/schema/endpoint.ts';
import styles from './chart.module.css';
import { count, decimal, percent, plural } from './format.ts';

const MINUTES = 60;

/** Requests of the last hour; `now` in ms. */
export function TrafficBars({ buckets, now }: { buckets: Traffic['buckets']; now: number }) {
  const byMinute = new Map(buckets.map((bucket) => [Date.parse(bucket.minute), bucket]));
  const last = Math.floor(now / 60_000) * 60_000;
  const minutes = Array.from({ length: MINUTES }, (_, i) => {
    const at = last - (MINUTES - 1 - i) * 60_000;
    return { at, requests: byMinute.get(at)?.requests ?? 0, errors: byMinute.get(at)?.errors ?? 0 };
  });
  const most = Math.max(1, ...minutes.map(({ requests }) => requests));
  const total = minutes.reduce((sum, { requests }) => sum + requests, 0);
  return (
    <figure
      className={styles.chart}
      data-requests={total}
      aria-label={`${plural(total, 'request')} in the last hour`}
    >
      <div className={styles.bars} aria-hidden>
        {minutes.map(({ at, requests, errors }) => (
          <div
            key={at}
            title={`${new Date(at).toLocaleTimeString('en', { timeStyle: 'short' })}: ${plural(requests, 'request')}`}
          >
            <i style={{ height: `${((requests - errors) / most) * 100}%` }} />
            <i data-errors style={{ height: `${(errors / most) * 100}%` }} />
          </div>
        ))}
      </div>
      <div className={styles.barsFoot}>
        <span>an hour ago</span>
        <span>at most {count(most)} a minute</span>
        <span>now</span>
      </div>
    </figure>
  );
}

/** Named shares of a whole, the largest first. */
export function Shares({ shares, limit = 10 }: { shares: Readonly<Record<string, number>>; limit?: number }) {
  const ordered = Object.entries(shares).sort(([, a], [, b]) => b - a);
  const rest = ordered.length - limit;
  return (
    <ul className={styles.shares}>
      {ordered.slice(0, limit).map(([name, share], i) => (
        <li key={name} className={styles.share} data-first={i === 0 || undefined}>
          <span>{name}</span>
          <span>{percent(share)}</span>
          <div>
            <i style={{ width: `${share * 100}%` }} />
          </div>
        </li>
      ))}
      {rest > 0 && <li className="faint">and {plural(rest, 'less likely class', 'less likely classes')}</li>}
    </ul>
  );
}

/** How a column's values lie: bars for few different values, else where the mean is between least and greatest. */
export function Distribution({ column }: { column: ColumnProfile }) {
  if (column.top.length > 1 && (column.type !== 'number' || column.distinct <= column.top.length)) {
    const bars =
      column.type === 'number'
        ? [...column.top].sort((a, b) => Number(a.value) - Number(b.value))
        : column.top;
    const most = Math.max(...bars.map((bar) => bar.count));
    return (
      <div
        className={styles.spark}
        role="img"
        aria-label={bars.map((bar) => `${bar.value}: ${bar.count}`).join(', ')}
      >
        {bars.map((bar) => (
          <i
            key={bar.value}
            style={{ height: `${Math.max(6, (bar.count / most) * 100)}%` }}
            title={`${bar.value}: ${count(bar.count)}`}
          />
        ))}
      </div>
    );
  }
  if (column.min === null || column.max === null || column.mean === null) return null;
  const place = column.max > column.min ? (column.mean - column.min) / (column.max - column.min) : 0.5;
  return (
    <div
      className={styles.range}
      role="img"
      aria-label={`mean ${decimal(column.mean)}`}
      title={`mean ${decimal(column.mean)}`}
    >
      <i style={{ left: `${place * 100}%` }} />
    </div>
  );
}
