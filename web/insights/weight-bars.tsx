/** The weights of a linear model as bars, the largest first: their sign is told by side, colour and text. */
import { useState } from 'react';
import type { Weights } from '../../shared/schema/snapshot.ts';
import { Select } from '../ui/control.tsx';
import { decimal, plural } from '../ui/format.ts';
import styles from './insights.module.css';
import { Part } from './part.tsx';

const BARS = 16;

export function WeightBars({ weights }: { weights: Weights }) {
  const { inputs, outputs, hidden } = weights;
  const [chosen, setChosen] = useState<string | null>(null);
  const output = Math.max(0, outputs.indexOf(chosen ?? ''));
  const isPair = outputs.length === 2 && hidden.outputs === 0;
  const bars = inputs
    .map((name, i) => ({ name, weight: weightOf(weights, i, isPair ? null : output) }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const most = Math.max(...bars.map(({ weight }) => Math.abs(weight)), Number.MIN_VALUE);
  const rest = bars.length - BARS + hidden.inputs;
  const name = outputs[output]!;
  const sides = isPair
    ? `towards ${outputs[1]}, to the left towards ${outputs[0]}`
    : outputs.length > 1
      ? `towards ${name}, to the left away from it`
      : `for more ${name}, to the left for less`;
  return (
    <Part
      title="Weights"
      hint={`To the right ${sides}`}
      tools={
        !isPair &&
        outputs.length > 1 && (
          <Select
            label="Class"
            hideLabel
            value={name}
            options={outputs.map((name) => ({ value: name, label: name }))}
            onValueChange={setChosen}
          />
        )
      }
    >
      <ul className={styles.weights}>
        {bars.slice(0, BARS).map(({ name, weight }) => (
          <li key={name} data-sign={weight < 0 ? 'less' : 'more'}>
            <span title={name}>{name}</span>
            <div>
              <i style={{ width: `${(Math.abs(weight) / most) * 50}%` }} />
            </div>
            <span>
              {weight < 0 ? '−' : '+'}
              {decimal(Math.abs(weight), 3)}
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="faint">and {plural(rest, 'smaller one')}</p>}
    </Part>
  );
}

/** Of two classes only the difference counts. */
const weightOf = ({ values }: Weights, input: number, output: number | null): number =>
  output === null ? values[input]![1]! - values[input]![0]! : values[input]![output]!;
