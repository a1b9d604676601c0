/** An operator table on its way into linear memory: records for the interpreter in kernels/run.c. */
import type { Instance } from './instance.ts';

export class Table {
  private readonly words: number[] = [];
  private count = 0;
  private readonly instance: Instance;

  constructor(instance: Instance) {
    this.instance = instance;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** `words`: the fields of the kernel's struct, in order; integers. */
  add(kernel: string, words: readonly number[]): void {
    this.words.push(this.instance.kernel(kernel), words.length + 2);
    for (const word of words) this.words.push(word);
    this.count += 1;
  }

  append(other: Table): void {
    for (const word of other.words) this.words.push(word);
    this.count += other.count;
  }

  /** Writes it into memory. */
  place(): PlacedTable {
    const address = this.instance.allocate(this.words.length);
    this.instance.view(address, this.words.length, 'int32').set(this.words);
    return { address, count: this.count };
  }
}

export interface PlacedTable {
  address: number;
  count: number;
}
