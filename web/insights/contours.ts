/** Bands of equal height in a grid of values. */

/** `levels` − 1 bounds: closer together near the least value, where what is steep becomes flat. */
export function levelsOf(values: readonly number[], levels: number): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: levels - 1 }, (_, i) => least + (most - least) * ((i + 1) / levels) ** 2);
}

/** `size` × `size` values to `by` times as many a side, bilinearly between the middles of cells. */
export function enlarge(values: readonly number[], size: number, by: number): Float64Array {
  const side = size * by;
  const at = (place: number): readonly [number, number] => {
    const exact = Math.min(size - 1, Math.max(0, (place + 0.5) / by - 0.5));
    const before = Math.min(size - 2, Math.floor(exact));
    return [before, exact - before];
  };
  const large = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    const [r, down] = at(row);
    for (let column = 0; column < side; column++) {
      const [c, right] = at(column);
      const between = (place: number) => values[place]! * (1 - right) + values[place + 1]! * right;
      large[row * side + column] = between(r * size + c) * (1 - down) + between((r + 1) * size + c) * down;
    }
  }
  return large;
}
