/** The best validation loss of a search after each of its epochs. */
export interface Trace {
  add(loss: number): void;
  /** Of all epochs. */
  best(): number;
  epochs(): number;
  /** Epochs until the loss was at most so much; null: never. */
  until(loss: number): number | null;
}

export function createTrace(): Trace {
  const least: number[] = [];
  return {
    add: (loss) => {
      least.push(Math.min(loss, least.at(-1) ?? Number.POSITIVE_INFINITY));
    },
    best: () => least.at(-1) ?? Number.POSITIVE_INFINITY,
    epochs: () => least.length,
    until(loss) {
      const place = least.findIndex((one) => one <= loss);
      return place < 0 ? null : place + 1;
    },
  };
}
