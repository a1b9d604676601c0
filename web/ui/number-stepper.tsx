/** A whole number between two buttons; on Base UI. The arrow keys step it too. */
import { NumberField } from '@base-ui/react/number-field';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useState } from 'react';
import styles from './number-stepper.module.css';

export function NumberStepper(props: {
  label: string;
  value: number;
  min: number;
  max: number;
  /** Told once a step or an entry is done. */
  onValueCommit: (value: number) => void;
}) {
  const [draft, setDraft] = useState<number | null>(null);
  return (
    <NumberField.Root
      value={draft ?? props.value}
      min={props.min}
      max={props.max}
      onValueChange={setDraft}
      onValueCommitted={(value) => {
        setDraft(null);
        if (value !== null && value !== props.value) props.onValueCommit(value);
      }}
    >
      <NumberField.Group className={styles.group}>
        <NumberField.Decrement className={styles.step} aria-label={`${props.label}: less`}>
          <ChevronDown size={14} aria-hidden />
        </NumberField.Decrement>
        <NumberField.Input className={styles.input} aria-label={props.label} />
        <NumberField.Increment className={styles.step} aria-label={`${props.label}: more`}>
          <ChevronUp size={14} aria-hidden />
        </NumberField.Increment>
      </NumberField.Group>
    </NumberField.Root>
  );
}
