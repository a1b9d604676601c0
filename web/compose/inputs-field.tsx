/** What a block takes: the one before it, or others, or single features. */
import { Checkbox } from '../ui/control.tsx';
import styles from './compose.module.css';

export interface SourceChoice {
  key: string;
  label: string;
}

export function InputsField(props: {
  choices: readonly SourceChoice[];
  /** None: the block before. */
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const { choices, chosen } = props;
  return (
    <details className={styles.inputs} open={chosen.length > 0}>
      <summary>
        Takes{' '}
        {chosen.length === 0
          ? 'the one before it'
          : chosen.length === 1
            ? 'one other'
            : `${chosen.length} others`}
      </summary>
      <div>
        {choices.map(({ key, label }) => (
          <Checkbox
            key={key}
            label={label}
            checked={chosen.includes(key)}
            onCheckedChange={(on) =>
              props.onChange(on ? [...chosen, key] : chosen.filter((one) => one !== key))
            }
          />
        ))}
        {choices.length === 0 && <p className="faint">There is nothing before it but the features.</p>}
      </div>
    </details>
  );
}
