/**
 * Who lies in whose memory. A slot is a value, or room set aside for an output; each lies in itself or, from some element on, in
 * another slot, and so on to a root, which is what gets a place.
 */
export interface Location {
  root: number;
  offset: number;
}

export class Storage {
  private readonly parents: number[] = [];
  private readonly shifts: number[] = [];
  readonly sizes: number[] = [];

  /** A new slot, a root so far. */
  add(size: number): number {
    this.parents.push(this.parents.length);
    this.shifts.push(0);
    return this.sizes.push(size) - 1;
  }

  /** From now on the root `slot` lies in `home`, from its element `offset` on. */
  bind(slot: number, home: number, offset: number): void {
    this.parents[slot] = home;
    this.shifts[slot] = offset;
  }

  locate(slot: number): Location {
    let root = slot;
    let offset = 0;
    while (this.parents[root] !== root) {
      offset += this.shifts[root]!;
      root = this.parents[root]!;
    }
    if (root !== slot) this.bind(slot, root, offset); // the way is shorter the next time
    return { root, offset };
  }

  /** The root that `slot` fills from end to end; null if it fills a part only. */
  wholeRoot(slot: number): number | null {
    const { root, offset } = this.locate(slot);
    return offset === 0 && this.sizes[root] === this.sizes[slot] ? root : null;
  }
}
