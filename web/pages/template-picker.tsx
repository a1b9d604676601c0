/** Which template to begin with: those that fit the data, best first for what matters most, with reasons and costs. */
import { type Advice, WISHES, type Wish } from '../../shared/templates/advise.ts';
import { inWords } from '../../shared/templates/estimate.ts';
import { Choices, Select } from '../ui/control.tsx';
import { bytes } from '../ui/format.ts';
import { Badge } from '../ui/surface.tsx';
import styles from './page.module.css';

const WISH_NAMES: Record<Wish, string> = {
  accuracy: 'That it is right',
  insight: 'That one can see why',
  speed: 'That it is ready soon',
};

export function TemplatePicker(props: {
  advice: readonly Advice[];
  value: string;
  onValueChange: (template: string) => void;
  wish: Wish;
  onWishChange: (wish: Wish) => void;
}) {
  return (
    <div className={styles.form}>
      <Select
        label="What matters most"
        value={props.wish}
        options={WISHES.map((wish) => ({ value: wish, label: WISH_NAMES[wish] }))}
        onValueChange={props.onWishChange}
      />
      <Choices
        label="Template"
        value={props.value}
        onValueChange={props.onValueChange}
        choices={props.advice.map(({ template, estimate, place, reasons }, i) => ({
          value: template.name,
          title: (
            <>
              {template.title} {i === 0 && <Badge tone="good">suggested</Badge>}
            </>
          ),
          text: `${reasons.join(' ')} ${bytes(estimate.bytes)}, ${inWords(estimate.seconds[place])} in ${place === 'tab' ? 'this tab' : 'a runner'}. ${template.limits}`,
        }))}
      />
    </div>
  );
}
