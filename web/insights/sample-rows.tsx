/** A few rows, what the model says of them, and what is so. */
import type { Prediction, Truth } from '../../shared/schema/prediction.ts';
import type { Sample, Samples, SampleValue } from '../../shared/schema/snapshot.ts';
import { Answer } from '../pages/answer.tsx';
import { decimal, plural } from '../ui/format.ts';
import { Badge } from '../ui/surface.tsx';
import { Waveform } from '../ui/waveform.tsx';
import styles from './insights.module.css';
import { Part } from './part.tsx';

/** Classes that are told of each row. */
const CLASSES = 2;

export function SampleRows({ samples: { rows, hidden } }: { samples: Samples }) {
  const hint = rows.some(({ expected }) => expected)
    ? 'The same few rows each time, with what is so'
    : 'The same few each time';
  return (
    <Part title="Sample predictions" hint={hint} whole>
      <ul className={styles.samples}>
        {rows.map((sample, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change their order
          <SampleCard key={i} {...sample} />
        ))}
      </ul>
      {hidden > 0 && <p className="faint">{plural(hidden, 'more column')} of each row</p>}
    </Part>
  );
}

function SampleCard({ row, prediction, expected }: Sample) {
  const values = Object.entries(row);
  const picture = values.map(([, value]) => value).find(isPicture)?.picture ?? '';
  // boxes are drawn over it
  const shown = values.filter(([, value]) => !(isPicture(value) && 'boxes' in prediction));
  return (
    <li className={styles.sample}>
      {shown.length > 0 && (
        <dl>
          {shown.map(([name, value]) => (
            <div key={name} data-wide={isLarge(value) || undefined}>
              <dt>{name}</dt>
              <dd>
                <Value name={name} value={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <div className={styles.said}>
        {expected && <Verdict prediction={prediction} expected={expected} />}
        <Answer prediction={prediction} picture={picture} brief={CLASSES} />
      </div>
    </li>
  );
}

const isPicture = (value: SampleValue): value is { picture: string } =>
  typeof value === 'object' && value !== null && 'picture' in value;
const isLarge = (value: SampleValue): boolean =>
  (typeof value === 'object' && value !== null) || (typeof value === 'string' && value.length > 24);

function Value({ name, value }: { name: string; value: SampleValue }) {
  if (value === null) return <span className="faint">none</span>;
  if (typeof value === 'number') return decimal(value);
  if (typeof value === 'string') return value;
  if ('picture' in value) return <img src={value.picture} alt={name} />;
  if ('sound' in value)
    return (
      <div className={styles.sound}>
        <Waveform peaks={value.sound} />
      </div>
    );
  return <Series values={value.series} />;
}

function Series({ values }: { values: readonly number[] }) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const points = values.map((value, i) => `${i},${((most - value) / (most - least || 1)).toFixed(3)}`);
  return (
    <svg
      className={styles.series}
      viewBox={`0 0 ${Math.max(1, values.length - 1)} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`from ${decimal(values[0]!)} to ${decimal(values.at(-1)!)}`}
    >
      <polyline points={points.join(' ')} />
    </svg>
  );
}

/** What is so, and whether the model says so. */
function Verdict({ prediction, expected }: { prediction: Prediction; expected: Truth }) {
  if ('label' in expected) {
    const isRight = 'label' in prediction && prediction.label === expected.label;
    return (
      <p className={styles.verdict}>
        <Badge tone={isRight ? 'good' : 'bad'}>{isRight ? 'right' : 'wrong'}</Badge> It is {expected.label}
      </p>
    );
  }
  if ('value' in expected) {
    const off = 'value' in prediction ? prediction.value - expected.value : 0;
    return (
      <p className={styles.verdict}>
        It is {decimal(expected.value)}, {decimal(Math.abs(off), 3)} {off < 0 ? 'more' : 'less'} than is said
      </p>
    );
  }
  if ('text' in expected) {
    const isRight = 'text' in prediction && prediction.text === expected.text;
    return (
      <p className={styles.verdict}>
        {isRight && <Badge tone="good">right</Badge>} It should be “{expected.text}”
      </p>
    );
  }
  return (
    <p className={styles.verdict}>It has {countsOf(expected.boxes.map((box) => box.label)) || 'none'}</p>
  );
}

/** "2 × cell, 1 × platelet" */
function countsOf(labels: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].map(([label, count]) => `${count} × ${label}`).join(', ');
}
