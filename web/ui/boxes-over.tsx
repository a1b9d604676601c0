/** Boxes drawn over a picture that fills the same place, and their labels with their colours. */
import type { CSSProperties } from 'react';
import type { Box } from '../../shared/schema/prediction.ts';
import styles from './boxes-over.module.css';
import { CLASS_COLOURS, classColour } from './class-colours.ts';

export interface ShownBox {
  label: string;
  box: Box;
  /** 0 … 1. */
  score?: number;
}

/** Of the picture's longer side. */
const TEXT_SIZE = 1 / 32;

/** The place of each label among the colours. */
export const coloursOf = (labels: Iterable<string>): ReadonlyMap<string, number> =>
  new Map([...new Set(labels)].sort().map((label, place) => [label, place % CLASS_COLOURS.length]));

/** What the style sheet draws in. */
const inColour = (place: number | undefined) => ({ '--of': classColour(place ?? 0) }) as CSSProperties;

/** Goes over a picture of `width` × `height` pixels that is fitted into the same frame (`object-fit: contain`). */
export function BoxesOver({
  width,
  height,
  boxes,
  colours,
  named = false,
}: {
  width: number;
  height: number;
  boxes: readonly ShownBox[];
  colours: ReadonlyMap<string, number>;
  /** Each box bears its label. */
  named?: boolean;
}) {
  const size = Math.max(width, height) * TEXT_SIZE;
  return (
    <svg className={styles.over} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      {boxes.map(({ label, box: [left, top, right, bottom], score }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the boxes never change their order
        <g key={i} style={inColour(colours.get(label))}>
          <rect x={left} y={top} width={right - left} height={bottom - top}>
            <title>{score === undefined ? label : `${label}, ${score.toFixed(2)}`}</title>
          </rect>
          {named && (
            <text x={left + size / 4} y={top + size} fontSize={size}>
              {label}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

/** Each label with its colour, and whatever is to be said of it. */
export function BoxLegend({
  colours,
  note,
}: {
  colours: ReadonlyMap<string, number>;
  note?: (label: string) => string;
}) {
  return (
    <ul className={styles.legend}>
      {[...colours].map(([label, colour]) => (
        <li key={label} style={inColour(colour)}>
          {label} {note && <span className="muted">{note(label)}</span>}
        </li>
      ))}
    </ul>
  );
}
