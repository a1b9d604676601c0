/** Buttons, links that look like them, and icon buttons with a name for screen readers and a tooltip. */
import { createLink } from '@tanstack/react-router';
import { LoaderCircle } from 'lucide-react';
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from 'react';
import styles from './button.module.css';

interface Look {
  look?: 'primary' | 'plain' | 'quiet' | 'danger';
  large?: boolean;
}

function classOf({ look = 'plain', large }: Look, icon = false, more = ''): string {
  return [styles.button, styles[look], large && styles.large, icon && styles.icon, more]
    .filter(Boolean)
    .join(' ');
}

export function Button({
  look,
  large,
  busy = false,
  children,
  className,
  disabled,
  ...rest
}: Look & { busy?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classOf({ look, large }, false, className)}
    >
      {busy && <LoaderCircle size={15} className={styles.spin} aria-hidden />}
      {children}
    </button>
  );
}

export function IconButton({
  label,
  look = 'quiet',
  children,
  ...rest
}: Look & { label: string } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" {...rest} aria-label={label} title={label} className={classOf({ look }, true)}>
      {children}
    </button>
  );
}

function Anchor({
  look,
  large,
  className,
  ...rest
}: Look & AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> }) {
  return <a {...rest} className={classOf({ look, large }, false, className)} />;
}

export const ButtonLink = createLink(Anchor);
