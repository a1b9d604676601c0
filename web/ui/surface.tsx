/** The plain pieces that pages are laid out with: cards, empty states, notes, skeletons, badges, figures. */
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { AppError, messageOf } from '../../shared/errors.ts';
import { Button } from './button.tsx';
import styles from './surface.module.css';

export function Card(props: {
  title?: ReactNode;
  hint?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={styles.card}>
      {props.title !== undefined && (
        <header className={styles.head}>
          <div>
            <h2>{props.title}</h2>
            {props.hint && <p>{props.hint}</p>}
          </div>
          {props.actions}
        </header>
      )}
      <div className={props.flush ? undefined : styles.body}>{props.children}</div>
    </section>
  );
}

/** Says what is missing here and what to do about it. */
export function Empty(props: { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <div className={styles.emptyIcon}>{props.icon}</div>
      <h2>{props.title}</h2>
      <p>{props.children}</p>
      {props.action}
    </div>
  );
}

const NOTE_ICONS = { error: CircleAlert, warn: TriangleAlert, info: Info };

export function Note(props: {
  tone?: keyof typeof NOTE_ICONS;
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  const { tone = 'info' } = props;
  const Icon = NOTE_ICONS[tone];
  return (
    <div className={`${styles.note} ${styles[tone]}`} role={tone === 'error' ? 'alert' : undefined}>
      <Icon size={16} aria-hidden />
      <div>
        {props.title && <strong>{props.title}</strong>}
        {props.children && <p>{props.children}</p>}
        {props.action}
      </div>
    </div>
  );
}

/** An error with what the person can do about it. */
export function ErrorNote(props: { error: unknown; title?: string; retry?: () => void }) {
  return (
    <Note
      tone="error"
      title={props.title ?? titleOf(props.error)}
      action={props.retry && <Button onClick={props.retry}>Try again</Button>}
    >
      {messageOf(props.error)}
    </Note>
  );
}

function titleOf(error: unknown): string {
  if (!(error instanceof AppError)) return 'Something went wrong in this page';
  if (error.code === 'not_found') return 'Not found';
  if (error.code === 'unavailable') return 'The server does not answer';
  if (error.code === 'internal') return 'The server failed';
  return 'That did not work';
}

export function Skeleton({ height = '1rem', width = '100%' }: { height?: string; width?: string }) {
  return <div className={styles.skeleton} style={{ height, width }} aria-hidden />;
}

export type Tone = 'good' | 'bad' | 'warn' | 'live' | 'neutral';

export function Badge({
  tone = 'neutral',
  dot,
  children,
}: {
  tone?: Tone;
  dot?: boolean;
  children: ReactNode;
}) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {dot && <span className={styles.dot} />}
      {children}
    </span>
  );
}

/** A row of named figures. */
export function Stats({ items }: { items: readonly { name: string; value: ReactNode; note?: string }[] }) {
  return (
    <dl className={styles.stats}>
      {items.map((item) => (
        <div key={item.name}>
          <dt>{item.name}</dt>
          <dd>
            {item.value} {item.note && <small>{item.note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
