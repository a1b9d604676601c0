/**
 * How definitions of older versions become those of today: one file each in this folder. The first makes version 2 of version 1,
 * and so on; the newest version is one more than there are.
 */

/** Takes a definition of its version as plain JSON, and gives one of the next, but for `schemaVersion`, which follows by itself. */
export type Migration = (spec: Readonly<Record<string, unknown>>) => Record<string, unknown>;

export const migrations: readonly Migration[] = [];
