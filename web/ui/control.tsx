/** Form controls on Base UI: labelled text and number inputs, selects, radio cards, progress bars. */
import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Field } from '@base-ui/react/field';
import { Progress } from '@base-ui/react/progress';
import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { Select as BaseSelect } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './control.module.css';

interface Labelled {
  label: string;
  note?: string;
  hint?: ReactNode;
  error?: string | undefined;
}

export function TextField({
  label,
  note,
  hint,
  error,
  onValueChange,
  ...input
}: Labelled & { onValueChange: (value: string) => void } & Omit<
    InputHTMLAttributes<HTMLInputElement>,
    'defaultValue'
  >) {
  return (
    <Field.Root className={styles.field} invalid={error !== undefined}>
      <Field.Label className={styles.label}>
        {label} {note && <small>{note}</small>}
      </Field.Label>
      <Field.Control
        className={styles.input}
        {...input}
        onChange={(event) => onValueChange(event.currentTarget.value)}
      />
      {hint && error === undefined && <Field.Description className={styles.hint}>{hint}</Field.Description>}
      {error !== undefined && (
        <Field.Error className={styles.error} match>
          {error}
        </Field.Error>
      )}
    </Field.Root>
  );
}

/** `shortcut`: the key that goes to it from wherever nothing is typed. */
export function SearchField(props: {
  label: string;
  shortcut?: string;
  value: string;
  onValueChange: (value: string) => void;
}) {
  const { label, shortcut } = props;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!shortcut) return;
    const go = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (event.key !== shortcut || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', go);
    return () => document.removeEventListener('keydown', go);
  }, [shortcut]);
  return (
    <input
      ref={input}
      type="search"
      className={`${styles.input} ${styles.search}`}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      placeholder={shortcut ? `${label} (${shortcut})` : label}
      value={props.value}
      onChange={(event) => props.onValueChange(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && props.onValueChange('')}
    />
  );
}

export interface Option<T extends string> {
  value: T;
  label: string;
  note?: string;
}

export function Select<T extends string>(
  props: Labelled & {
    options: readonly Option<T>[];
    value: T | null;
    placeholder?: string;
    /** For screen readers alone, where the placeholder says it. */
    hideLabel?: boolean;
    onValueChange: (value: T) => void;
  },
) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label className={props.hideLabel ? 'hidden' : styles.label} htmlFor={id}>
        {props.label} {props.note && <small>{props.note}</small>}
      </label>
      <BaseSelect.Root
        items={props.options}
        value={props.value}
        onValueChange={(value) => value !== null && props.onValueChange(value as T)}
      >
        <BaseSelect.Trigger id={id} className={styles.trigger}>
          <BaseSelect.Value>
            {(value: T | null) =>
              props.options.find((option) => option.value === value)?.label ?? props.placeholder ?? 'Choose…'
            }
          </BaseSelect.Value>
          <BaseSelect.Icon>
            <ChevronsUpDown size={14} aria-hidden />
          </BaseSelect.Icon>
        </BaseSelect.Trigger>
        <BaseSelect.Portal>
          <BaseSelect.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
            <BaseSelect.Popup className={styles.popup}>
              {props.options.map((option) => (
                <BaseSelect.Item key={option.value} value={option.value} className={styles.item}>
                  <BaseSelect.ItemText>
                    {option.label} {option.note && <small>{option.note}</small>}
                  </BaseSelect.ItemText>
                  <BaseSelect.ItemIndicator>
                    <Check size={14} aria-hidden />
                  </BaseSelect.ItemIndicator>
                </BaseSelect.Item>
              ))}
            </BaseSelect.Popup>
          </BaseSelect.Positioner>
        </BaseSelect.Portal>
      </BaseSelect.Root>
      {props.hint && <p className={styles.hint}>{props.hint}</p>}
      {props.error !== undefined && <p className={styles.error}>{props.error}</p>}
    </div>
  );
}

export interface Choice<T extends string> {
  value: T;
  title: ReactNode;
  text: ReactNode;
  disabled?: boolean;
}

export function Choices<T extends string>(props: {
  label: string;
  choices: readonly Choice<T>[];
  value: T;
  onValueChange: (value: T) => void;
}) {
  return (
    <RadioGroup
      className={styles.choices}
      aria-label={props.label}
      value={props.value}
      onValueChange={(value) => props.onValueChange(value as T)}
    >
      {props.choices.map((choice) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: Radio.Root renders the input
        <label key={choice.value} className={styles.choice} data-off={choice.disabled || undefined}>
          <Radio.Root value={choice.value} disabled={choice.disabled ?? false} className={styles.radio} />
          <strong>{choice.title}</strong>
          <p>{choice.text}</p>
        </label>
      ))}
    </RadioGroup>
  );
}

export function Checkbox(props: {
  label: string;
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Checkbox.Root renders the input
    <label className={styles.check}>
      <BaseCheckbox.Root
        checked={props.checked}
        onCheckedChange={props.onCheckedChange}
        className={styles.box}
      >
        <BaseCheckbox.Indicator>
          <Check size={12} aria-hidden />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      {props.label}
    </label>
  );
}

/** `share` from 0 to 1; null while unknown. */
export function ProgressBar(props: { label: string; share: number | null; note?: ReactNode }) {
  const value = props.share === null ? null : Math.round(Math.min(1, Math.max(0, props.share)) * 1000) / 10;
  return (
    <Progress.Root value={value} aria-label={props.label}>
      <div className={styles.progressHead}>
        <span>{props.label}</span>
        <span>{props.note}</span>
      </div>
      <Progress.Track className={styles.track}>
        <Progress.Indicator className={styles.indicator} />
      </Progress.Track>
    </Progress.Root>
  );
}
