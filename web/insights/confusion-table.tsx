/** Which classes are taken for which, as a table: a row for each true class, a column for each that is said. */
import { type CSSProperties, type KeyboardEvent, useState } from 'react';
import type { Confusion } from '../../shared/schema/snapshot.ts';
import { count, percent, plural } from '../ui/format.ts';
import styles from './insights.module.css';
import { Part } from './part.tsx';

const MOVES: Record<string, readonly [row: number, column: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function ConfusionTable({ confusion: { classes, counts } }: { confusion: Confusion }) {
  const [[row, column], setCell] = useState<readonly [number, number]>([0, 0]);
  const [isAsked, setAsked] = useState(false);
  const totals = counts.map((said) => said.reduce((sum, one) => sum + one, 0));
  const rows = totals.reduce((sum, one) => sum + one, 0);
  const right = counts.reduce((sum, said, i) => sum + said[i]!, 0);
  const shareOf = (r: number, c: number) => (totals[r]! > 0 ? counts[r]![c]! / totals[r]! : 0);
  // what is wrong shall be seen where it is seldom
  const heatOf = (r: number, c: number) => (r === c ? shareOf(r, c) : Math.sqrt(shareOf(r, c)));
  const tell = (r: number, c: number) =>
    `${count(counts[r]![c]!)} of ${count(totals[r]!)} that are ${classes[r]} ${r === c ? 'are found' : `are taken for ${classes[c]}`} (${percent(shareOf(r, c))})`;
  const look = (r: number, c: number) => {
    setCell([r, c]);
    setAsked(true);
  };
  const move = (event: KeyboardEvent<HTMLTableElement>) => {
    const step = MOVES[event.key];
    if (!step) return;
    event.preventDefault();
    const within = (place: number) => Math.min(classes.length - 1, Math.max(0, place));
    const [r, c] = [within(row + step[0]), within(column + step[1])];
    event.currentTarget.tBodies[0]!.rows[r]!.querySelectorAll('td')[c]!.focus();
  };
  return (
    <Part
      title="Confusion matrix"
      hint={`${count(right)} of ${plural(rows, 'validation row')} are told rightly`}
    >
      <div className={styles.confusion}>
        <table
          onKeyDown={move}
          data-many={classes.length > 5 || undefined}
          data-upright={classes.some((name) => name.length > 4) || undefined}
        >
          <thead>
            <tr>
              <th scope="col">
                <span>is ↓ said →</span>
              </th>
              {classes.map((name) => (
                <th key={name} scope="col" title={name}>
                  <span>{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {classes.map((name, r) => (
              <tr key={name}>
                <th scope="row" title={name}>
                  {name}
                </th>
                {classes.map((said, c) => (
                  <td
                    key={said}
                    tabIndex={r === row && c === column ? 0 : -1}
                    onFocus={() => look(r, c)}
                    onMouseEnter={() => look(r, c)}
                    data-right={r === c || undefined}
                    data-none={counts[r]![c] === 0 || undefined}
                    style={{ '--share': `${Math.round(heatOf(r, c) * 100)}%` } as CSSProperties}
                    title={tell(r, c)}
                  >
                    {count(counts[r]![c]!)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="muted" aria-live="polite">
        {isAsked && row < classes.length && column < classes.length
          ? tell(row, column)
          : 'Rows are what is so, columns what is said.'}
      </p>
    </Part>
  );
}
