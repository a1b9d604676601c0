/** An inference graph as boxes and lines, with the rows that each model answered. */
import type { StepTotal } from '../../shared/schema/endpoint.ts';
import type { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import { layOut } from '../compose/lay-out.ts';
import { plural } from '../ui/format.ts';
import styles from './graph.module.css';
import { blocksOf } from './graph-blocks.ts';

const WIDTH = 220;
const HEIGHT = 84;
const GAP_X = 24;
const GAP_Y = 34;
/** How far a line past other boxes goes around them. */
const ASIDE = 40;

export function GraphPicture({ graph, totals }: { graph: InferenceGraph; totals: readonly StepTotal[] }) {
  const blocks = blocksOf(graph);
  const { places, rows } = layOut(blocks);
  const widest = Math.max(...rows);
  const width = widest * WIDTH + (widest - 1) * GAP_X;
  const height = rows.length * HEIGHT + (rows.length - 1) * GAP_Y;
  const at = (key: string) => {
    const { row, column } = places.get(key)!;
    const across = rows[row]!;
    const left = (width - across * WIDTH - (across - 1) * GAP_X) / 2 + column * (WIDTH + GAP_X);
    return { left, top: row * (HEIGHT + GAP_Y) };
  };
  const lines = blocks.flatMap(({ key, inputs }) =>
    inputs.map((input) => <path key={`${input} ${key}`} d={lineBetween(at(input), at(key))} />),
  );
  return (
    <div className={styles.scroll}>
      <ol className={styles.picture} style={{ width, height }} aria-label="The way of a request">
        <li aria-hidden="true">
          <svg width={width} height={height}>
            <title>Lines between the steps</title>
            {lines}
          </svg>
        </li>
        {blocks.map(({ key, title, detail, step }) => (
          <li
            key={key}
            className={styles.box}
            data-model={step !== undefined || undefined}
            style={{ ...at(key), width: WIDTH, height: HEIGHT }}
            title={detail || undefined}
          >
            <strong>{title}</strong>
            {detail && <span>{detail}</span>}
            {step !== undefined && <small>{answeredBy(step, totals)}</small>}
          </li>
        ))}
      </ol>
    </div>
  );
}

interface Place {
  left: number;
  top: number;
}

/** From the bottom of a box to the top of another; to one that stands below boxes between them, around those. */
function lineBetween(from: Place, to: Place): string {
  const isPast = from.left === to.left && to.top - from.top > HEIGHT + GAP_Y;
  if (isPast) {
    const [x, y1, y2] = [from.left + WIDTH, from.top + HEIGHT / 2, to.top + HEIGHT / 2];
    return `M${x} ${y1} C${x + ASIDE} ${y1} ${x + ASIDE} ${y2} ${x} ${y2}`;
  }
  const [x1, y1, x2, y2] = [from.left + WIDTH / 2, from.top + HEIGHT, to.left + WIDTH / 2, to.top];
  const bend = Math.max(GAP_Y / 2, (y2 - y1) / 2);
  return `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}

/** By whatever version of its model. */
function answeredBy(step: string, totals: readonly StepTotal[]): string {
  const rows = totals.filter((one) => one.step === step).reduce((sum, one) => sum + one.rows, 0);
  return rows === 0 ? 'no row yet' : plural(rows, 'row');
}
