/** What a model of two numbers answers all over their plane, and the validation rows in it. */
import { type CSSProperties, useMemo } from 'react';
import type { Surface } from '../../shared/schema/snapshot.ts';
import { BoxLegend } from '../ui/boxes-over.tsx';
import { CLASS_COLOURS, classColour } from '../ui/class-colours.ts';
import { decimal, percent } from '../ui/format.ts';
import styles from './insights.module.css';
import { Part } from './part.tsx';
import { along, colourOf, Plane } from './plane.tsx';

const VALUE_COLOUR = CLASS_COLOURS[1];
/** Of the least sure, and of the surest. */
const FAINT = 0.06;
const STRONG = 0.72;

export function DecisionSurface({ surface }: { surface: Surface }) {
  const { x, y, size, answers, points } = surface;
  const range = useMemo(() => rangeOf(surface), [surface]);
  const colours = useMemo(
    () =>
      answers.type === 'classes'
        ? answers.places.map((place, cell) => {
            const chance = 1 / answers.classes.length;
            const sure = (answers.confidence[cell]! / 100 - chance) / (1 - chance);
            return colourOf(classColour(place), FAINT + (STRONG - FAINT) * Math.max(0, sure));
          })
        : answers.values.map((value) => colourOf(VALUE_COLOUR, opacityOf(value, range))),
    [answers, range],
  );
  return (
    <Part
      title="Decision surface"
      hint="What it says all over the plane; the dots are validation rows as they are"
    >
      <Plane {...{ x, y, size, colours }} label={summary(surface)}>
        {points.map(([px, py, answer], i) => (
          <circle
            // biome-ignore lint/suspicious/noArrayIndexKey: the points never change their order
            key={i}
            cx={along(x, px)}
            cy={1 - along(y, py)}
            r={0.012}
            fill={answers.type === 'classes' ? classColour(answer) : VALUE_COLOUR}
            fillOpacity={answers.type === 'classes' ? 1 : opacityOf(answer, range)}
          />
        ))}
      </Plane>
      {answers.type === 'classes' ? (
        <BoxLegend
          colours={new Map(answers.classes.map((name, place) => [name, place % CLASS_COLOURS.length]))}
          note={(name) => percent(shareOf(answers, name), 0)}
        />
      ) : (
        <p className={styles.scale}>
          {decimal(range[0], 3)} <i style={{ '--of': VALUE_COLOUR } as CSSProperties} />{' '}
          {decimal(range[1], 3)}
        </p>
      )}
    </Part>
  );
}

type Classes = Extract<Surface['answers'], { type: 'classes' }>;

const opacityOf = (value: number, [least, most]: readonly [number, number]): number =>
  FAINT + (0.95 - FAINT) * Math.min(1, Math.max(0, (value - least) / (most - least || 1)));

/** Of all values, said and true. */
function rangeOf({ answers, points }: Surface): readonly [number, number] {
  if (answers.type === 'classes') return [0, 1];
  const all = [...answers.values, ...points.map(([, , answer]) => answer)];
  return [Math.min(...all), Math.max(...all)];
}

/** Of the plane, where the class is said. */
const shareOf = ({ classes, places }: Classes, name: string): number =>
  places.filter((place) => classes[place] === name).length / places.length;

function summary({ x, y, answers, ...rest }: Surface): string {
  const plane = `Over ${x.name} and ${y.name}`;
  if (answers.type === 'values') {
    const [least, most] = rangeOf({ x, y, answers, ...rest });
    return `${plane}: from ${decimal(least, 3)} to ${decimal(most, 3)}`;
  }
  const shares = answers.classes.map((name) => `${name} in ${percent(shareOf(answers, name), 0)}`);
  return `${plane}: ${shares.join(', ')}`;
}
