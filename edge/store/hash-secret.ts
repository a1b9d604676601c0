/** Token secrets: 256 random bits, so a plain SHA-256 at rest is enough (nothing to guess, nothing to stretch). */

export const SECRET_PREFIX = 'ty_';

export function newSecret(): string {
  return SECRET_PREFIX + toHex(crypto.getRandomValues(new Uint8Array(32)));
}

/** Hexadecimal SHA-256 of a secret, as the `tokens` table keeps it. */
export async function hashSecret(secret: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
