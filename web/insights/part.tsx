/** One part of a snapshot, under its name. */
import type { ReactNode } from 'react';
import styles from './insights.module.css';

export function Part(props: {
  title: string;
  hint: ReactNode;
  tools?: ReactNode;
  whole?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={styles.part} data-whole={props.whole || undefined} aria-label={props.title}>
      <header>
        <div>
          <h3>{props.title}</h3>
          <p className={styles.hint}>{props.hint}</p>
        </div>
        {props.tools}
      </header>
      {props.children}
    </section>
  );
}
