/** Rows in columns. */
import type { ReactNode } from 'react';
import styles from './page.module.css';

export interface Column<Row> {
  head: string;
  cell(row: Row): ReactNode;
  /** At the right, as numbers and times are. */
  isRight?: boolean;
  isMuted?: boolean;
}

export function Table<Row>({
  columns,
  rows,
  keyOf,
}: {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  return (
    <div className={styles.rows}>
      <table>
        <thead>
          <tr>
            {columns.map(({ head, isRight }) => (
              <th key={head} data-right={isRight || undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ head, cell, isRight, isMuted }) => (
                <td key={head} data-right={isRight || undefined} className={isMuted ? 'muted' : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
