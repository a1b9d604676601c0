/** A page that lists what a project has: while it is asked for, where it fails, while there is nothing, and as a table. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Card, ErrorNote, Skeleton } from '../ui/surface.tsx';
import styles from './page.module.css';
import { type Column, Table } from './table.tsx';

interface Listed<Row> {
  title: string;
  hint: string;
  /** Beside the title. */
  tools?: ReactNode;
  /** Above what is listed. */
  adding?: ReactNode;
  query: Pick<UseQueryResult<Row[]>, 'data' | 'error' | 'refetch'>;
  /** Said while there is nothing. */
  empty?: ReactNode;
  columns: readonly Column<Row>[];
}

export function ListPage<Row extends { id: string }>(props: Listed<Row>) {
  const { title, hint, tools, adding, query, empty, columns } = props;
  const { data, error, refetch } = query;
  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <h1>{title}</h1>
          <p>{hint}</p>
        </div>
        {tools}
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {adding}
      {!data && !error && <Skeleton height="8rem" />}
      {data?.length === 0 && empty}
      {data && data.length > 0 && (
        <Card flush>
          <Table columns={columns} rows={data} keyOf={({ id }) => id} />
        </Card>
      )}
    </div>
  );
}
