/** A square field over two numbers: a small picture stretched over it, and what is drawn above in units of the field, 0 … 1 from its top left. */
import { type ReactNode, useEffect, useRef } from 'react';
import type { Axis } from '../../shared/schema/snapshot.ts';
import { decimal } from '../ui/format.ts';
import styles from './insights.module.css';

/** Red, green, blue, alpha, 0 … 255. */
type Colour = readonly [number, number, number, number];

interface PlaneProps {
  x: Axis;
  y: Axis;
  /** Pixels a side of the picture, whose colours come row by row from the bottom. */
  size: number;
  colours: readonly Colour[];
  label: string;
  children?: ReactNode;
}

export function Plane({ x, y, size, colours, label, children }: PlaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = new ImageData(size, size);
    for (const [cell, colour] of colours.entries()) {
      const fromTop = size - 1 - Math.floor(cell / size);
      image.data.set(colour, 4 * (fromTop * size + (cell % size)));
    }
    canvas.current!.getContext('2d')!.putImageData(image, 0, 0);
  }, [size, colours]);
  return (
    <figure className={styles.plane} aria-label={label}>
      <span className={styles.yAxis}>
        <small>{decimal(y.max, 3)}</small>
        <span className={styles.axisName}>{y.name}</span>
        <small>{decimal(y.min, 3)}</small>
      </span>
      <div className={styles.field}>
        <canvas ref={canvas} width={size} height={size} />
        <svg viewBox="0 0 1 1" aria-hidden>
          {children}
        </svg>
      </div>
      <span className={styles.xAxis}>
        <small>{decimal(x.min, 3)}</small>
        <span className={styles.axisName}>{x.name}</span>
        <small>{decimal(x.max, 3)}</small>
      </span>
    </figure>
  );
}

/** Where a value lies along an axis, 0 … 1. */
export const along = ({ min, max }: Axis, value: number): number => (value - min) / (max - min);

/** "#e66100" and how opaque, 0 … 1. */
export function colourOf(hex: string, opacity: number): Colour {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return [red!, green!, blue!, Math.round(opacity * 255)];
}
