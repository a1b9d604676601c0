/** The model as a graph: what each block is, gives and costs, what is wrong with it, and which takes which. */
import type { KeyboardEvent } from 'react';
import styles from './compose.module.css';
import { layOut } from './lay-out.ts';

export interface Block {
  key: string;
  title: string;
  /** Of what it gives, or in what it differs from others of its kind. */
  detail: string;
  error: string | null;
  inputs: readonly string[];
}

const WIDTH = 210;
const HEIGHT = 62;
const GAP_X = 24;
const GAP_Y = 34;

/** Arrows move the choice; with Alt, the block. */
export function BlockGraph(props: {
  blocks: readonly Block[];
  selected: string;
  onSelect: (key: string) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}) {
  const { blocks, selected } = props;
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

  function onKeyDown(event: KeyboardEvent) {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null;
    if (event.key === 'Delete' || event.key === 'Backspace') props.onRemove();
    else if (by === null) return;
    else if (event.altKey) props.onMove(by);
    else {
      const next = blocks[blocks.findIndex(({ key }) => key === selected) + by];
      if (!next) return;
      props.onSelect(next.key);
      document.getElementById(`block-${next.key}`)?.focus();
    }
    event.preventDefault();
  }

  return (
    <div className={styles.scroll}>
      <div
        className={styles.graph}
        style={{ width, height }}
        role="listbox"
        aria-label="Blocks of the model"
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <svg width={width} height={height} aria-hidden="true">
          {blocks.flatMap(({ key, inputs }) =>
            inputs
              .filter((input) => places.has(input))
              .map((input) => {
                const [from, to] = [at(input), at(key)];
                const [x1, y1, x2, y2] = [
                  from.left + WIDTH / 2,
                  from.top + HEIGHT,
                  to.left + WIDTH / 2,
                  to.top,
                ];
                const bend = Math.max(GAP_Y / 2, (y2 - y1) / 2);
                return (
                  <path
                    key={`${input} ${key}`}
                    d={`M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`}
                  />
                );
              }),
          )}
        </svg>
        {blocks.map(({ key, title, detail, error }) => (
          <button
            key={key}
            id={`block-${key}`}
            type="button"
            role="option"
            aria-selected={key === selected}
            tabIndex={key === selected ? 0 : -1}
            className={styles.block}
            data-fault={error !== null || undefined}
            title={error ?? undefined}
            style={{ ...at(key), width: WIDTH, height: HEIGHT }}
            onClick={() => props.onSelect(key)}
          >
            <strong>{title}</strong>
            <span>{error ?? detail}</span>
          </button>
        ))}
      </div>
    </div>
  );
}
