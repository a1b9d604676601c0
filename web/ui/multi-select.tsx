/** Several of a list, chosen in a menu that stays open; on Base UI. */
import { Select } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import styles from './control.module.css';
import type { Option } from './control.tsx';

export function MultiSelect<T extends string>(props: {
  /** Shown on the button too. */
  label: string;
  options: readonly Option<T>[];
  values: readonly T[];
  onValuesChange: (values: T[]) => void;
}) {
  return (
    <Select.Root
      multiple
      items={props.options}
      value={[...props.values]}
      onValueChange={(values) => props.onValuesChange(values)}
    >
      <Select.Trigger aria-label={props.label} className={styles.trigger} style={{ width: 'auto' }}>
        <Select.Value>{() => props.label}</Select.Value>
        <Select.Icon>
          <ChevronsUpDown size={14} aria-hidden />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
          <Select.Popup className={styles.popup}>
            {props.options.map((option) => (
              <Select.Item key={option.value} value={option.value} className={styles.item}>
                <Select.ItemText>
                  {option.label} {option.note && <small>{option.note}</small>}
                </Select.ItemText>
                <Select.ItemIndicator>
                  <Check size={14} aria-hidden />
                </Select.ItemIndicator>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
