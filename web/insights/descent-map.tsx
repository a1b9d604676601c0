/** The way down of a linear model over the loss of two of its weights. */
import { useMemo } from 'react';
import type { Descent } from '../../shared/schema/snapshot.ts';
import { CLASS_COLOURS } from '../ui/class-colours.ts';
import { count, decimal } from '../ui/format.ts';
import { enlarge, levelsOf } from './contours.ts';
import styles from './insights.module.css';
import { Part } from './part.tsx';
import { along, colourOf, Plane } from './plane.tsx';

const LOSS_COLOUR = CLASS_COLOURS[1];
/** Pixels for each cell that was worked out. */
const FINER = 8;
const LEVELS = 10;

export function DescentMap({ descent }: { descent: Descent }) {
  const { x, y, size, loss, path } = descent;
  const colours = useMemo(() => {
    const levels = levelsOf(loss, LEVELS);
    return Array.from(enlarge(loss, size, FINER), (value) => {
      const level = levels.filter((bound) => value > bound).length;
      return colourOf(LOSS_COLOUR, 0.05 + (0.75 * level) / LEVELS);
    });
  }, [loss, size]);
  const points = path.map(([, px, py]) => [along(x, px), 1 - along(y, py)] as const);
  const [first, last] = [points[0]!, points.at(-1)!];
  const least = Math.min(...loss);
  return (
    <Part
      title="The way down"
      hint="Two of its weights from the start to now, over the loss that they lead to"
    >
      <Plane
        {...{ x, y, size: size * FINER, colours }}
        label={`From ${x.name} ${decimal(path[0]![1], 3)} and ${y.name} ${decimal(path[0]![2], 3)} at step ${count(path[0]![0])} to ${decimal(path.at(-1)![1], 3)} and ${decimal(path.at(-1)![2], 3)} at step ${count(path.at(-1)![0])}`}
      >
        <polyline className={styles.way} points={points.map((point) => point.join(',')).join(' ')} />
        <circle cx={first[0]} cy={first[1]} r={0.014} className={styles.start} />
        <circle cx={last[0]} cy={last[1]} r={0.02} className={styles.now} />
      </Plane>
      <p className="muted">
        The fainter the blue, the lower the loss; the least here is {decimal(least, 3)}. All other weights are
        as they are now.
      </p>
    </Part>
  );
}
