/** One spelling for each JSON value (keys sorted by UTF-16 code unit, no spaces), so that equal definitions hash alike. */
import { sha256 } from '../sha256.ts';
import type { NetworkPipeline } from './pipeline-spec.ts';

/** Keys whose value is undefined count as absent, as in JSON. Throws TypeError for what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError(`${String(value)} (${typeof value}) has no place in canonical JSON`);
}

/** sha256 of a definition; equal definitions have equal hashes, whatever the order of their keys. To say that it is a network adds nothing. */
export function hashSpec({ kind, ...rest }: Readonly<Record<string, unknown>>): string {
  const spec = kind === 'network' ? rest : { kind, ...rest };
  return sha256(new TextEncoder().encode(canonicalJson(spec)));
}

/**
 * The same for definitions that can go on from one another's checkpoints: they differ in how long and how fast they learn, not in what
 * is learnt, from which rows, in which order, nor in what the optimiser remembers.
 */
export function continuationKey({
  training: { seed, batchSize, accumulate, optimizer },
  ...rest
}: NetworkPipeline): string {
  const { learningRate: _, clipNorm: __, ...remembers } = optimizer;
  return hashSpec({ ...rest, training: { seed, batchSize, accumulate, optimizer: remembers } });
}
