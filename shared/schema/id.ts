/** Ids (`run_01J…`: a noun and a ULID, so they sort by time), names and other scalar types that all nouns use. */
import * as z from 'zod';
import { NAME_PATTERN } from './name-pattern.ts';
import { ID_PREFIXES, type Noun } from './new-id.ts';

/** Schema for the id of one noun. */
export function idOf(noun: Noun) {
  const prefix = ID_PREFIXES[noun];
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `expected an id such as ${prefix}_01j…`);
}

/** Names that stand in URLs: `penguins`, `churn-v2`. */
export const Name = z
  .string()
  .regex(
    NAME_PATTERN,
    'expected 1 to 63 characters: lower-case letters, digits, ".", "_" or "-", beginning with a letter or digit',
  );

/** A file name or any text made into a `Name`: "My Data (1).csv" becomes "my-data-1". */
export function toName(text: string, fallback = 'unnamed'): string {
  const base = text.replace(/^.*[\\/]/, '').replace(/(\.(csv|tsv|txt|zip|gz|json))+$/i, '');
  const name = base
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 63);
  return name || fallback;
}

/** Lower-case hexadecimal SHA-256 of bytes; the id of every stored blob. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');

/** ISO 8601 in UTC, milliseconds: `2026-11-23T20:35:47.000Z`. */
export const Timestamp = z.iso.datetime();
