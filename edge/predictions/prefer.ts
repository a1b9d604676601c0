/** What a request prefers (RFC 7240): to be answered later, and how long its sender would wait. */

export const wantsAsync = (prefer: string | undefined): boolean =>
  /(^|,)\s*respond-async\s*(;|,|$)/i.test(prefer ?? '');

/** Seconds; 0 where nothing is said. */
export const waitOf = (prefer: string | undefined): number =>
  Number(/(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:;|,|$)/i.exec(prefer ?? '')?.[1] ?? 0);
