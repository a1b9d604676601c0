/**
 * Seeded randomness from 32-bit integer arithmetic alone, so that a seed gives the same numbers in every engine.
 * sfc32 (Chris Doty-Humphrey, PractRand) started from a hash of the keys (the finaliser of MurmurHash3).
 */

/** Uniform numbers in [0, 1), multiples of 2^-32. Different keys give unrelated streams. */
export function createRandom(...keys: readonly number[]): () => number {
  let hash = 0x9e3779b9;
  for (const key of keys) hash = mix((Math.imul(hash, 31) ^ key) + 0x6d2b79f5);
  let a = mix(hash + 1);
  let b = mix(hash + 2);
  let c = mix(hash + 3);
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** The finaliser of MurmurHash3: every bit of the result hangs on every bit of `value`. Gives an int32. */
export function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Puts `items` into a random order, in place (Fisher–Yates), and returns them. */
export function shuffle(items: Uint32Array, random: () => number): Uint32Array {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const item = items[i]!;
    items[i] = items[j]!;
    items[j] = item;
  }
  return items;
}
