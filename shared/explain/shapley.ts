/**
 * Shapley values of a game (Shapley 1953): what each player adds, on the average over all orders in which they may come. Of few players
 * exactly, over all their sets; of many over orders that are drawn, each with its reverse, which keeps what the values add up to exact
 * (Castro et al. 2009; Mitchell et al. 2022).
 */
import { createRandom, shuffle } from '../graph/random.ts';

/** Who takes part: 1 or 0 for each player. */
export type Coalition = Uint8Array;

/** The worth of each of these coalitions. */
export type Worth = (coalitions: readonly Coalition[]) => Promise<number[]>;

export interface ShapleyValues {
  /** The worth of nobody, and of all. */
  base: number;
  value: number;
  values: Float64Array;
  method: 'exact' | 'sampled';
}

/** Coalitions that must be looked at, at least. */
export const leastEvaluations = (players: number): number =>
  players <= 1 ? 2 : Math.min(2 ** players, 2 + 2 * (players - 1));

/** `most`: coalitions that may be looked at; no fewer than `leastEvaluations`. */
export async function shapleyValues(
  players: number,
  worth: Worth,
  { most, seed }: { most: number; seed: number },
): Promise<ShapleyValues> {
  return 2 ** players <= most ? exactly(players, worth) : byOrders(players, worth, most, seed);
}

async function exactly(players: number, worth: Worth): Promise<ShapleyValues> {
  const sets = 2 ** players;
  const worths = await worth(Array.from({ length: sets }, (_, set) => coalitionOf(set, players)));
  // of a set of size s without the player: s! (n − s − 1)! ÷ n!, which is 1 ÷ (n · C(n − 1, s))
  const share = Array.from({ length: players }, (_, size) => 1 / (players * choose(players - 1, size)));
  const values = new Float64Array(players);
  for (let set = 0; set < sets; set++) {
    const size = bitsOf(set);
    for (let player = 0; player < players; player++)
      if (!(set & (1 << player)))
        values[player]! += share[size]! * (worths[set | (1 << player)]! - worths[set]!);
  }
  return { base: worths[0]!, value: worths[sets - 1]!, values, method: 'exact' };
}

async function byOrders(players: number, worth: Worth, most: number, seed: number): Promise<ShapleyValues> {
  const pairs = Math.max(1, Math.floor((most - 2) / (2 * (players - 1))));
  const random = createRandom(seed, players);
  const nobody = new Uint8Array(players);
  const [base, value] = (await worth([nobody, new Uint8Array(players).fill(1)])) as [number, number];
  const values = new Float64Array(players);
  for (let pair = 0; pair < pairs; pair++) {
    const order = shuffle(
      Uint32Array.from({ length: players }, (_, i) => i),
      random,
    );
    for (const way of [order, order.toReversed()]) {
      const coming = nobody.slice();
      const between = Array.from(way.subarray(0, -1), (player) => {
        coming[player] = 1;
        return coming.slice();
      });
      const worths = [base, ...(await worth(between)), value];
      for (const [i, player] of way.entries()) values[player]! += (worths[i + 1]! - worths[i]!) / (2 * pairs);
    }
  }
  return { base, value, values, method: 'sampled' };
}

const coalitionOf = (set: number, players: number): Coalition =>
  Uint8Array.from({ length: players }, (_, player) => (set >> player) & 1);

function bitsOf(set: number): number {
  let bits = 0;
  for (let left = set; left > 0; left >>= 1) bits += left & 1;
  return bits;
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1);
  return ways;
}
