/** Where the blocks of a model stand on the page: each a row below all that it takes, those of one row side by side. */
export interface GraphNode {
  key: string;
  /** Keys of what it takes. */
  inputs: readonly string[];
}

export interface Layout {
  /** Row and column of each node, by key; columns of a row are centred on its middle. */
  places: ReadonlyMap<string, { row: number; column: number }>;
  /** Nodes in each row. */
  rows: readonly number[];
}

/** `nodes` in an order in which each comes after what it takes. */
export function layOut(nodes: readonly GraphNode[]): Layout {
  const places = new Map<string, { row: number; column: number }>();
  const rows: number[] = [];
  for (const { key, inputs } of nodes) {
    const row = 1 + Math.max(-1, ...inputs.map((input) => places.get(input)?.row ?? -1));
    const column = rows[row] ?? 0;
    places.set(key, { row, column });
    rows[row] = column + 1;
  }
  return { places, rows };
}
