/** SHA-256 in plain TypeScript: synchronous, incremental, the same in the tab, on the runner and at the edge. */
import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** The sha256 of bytes as 64 lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return bytesToHex(hash(bytes));
}

export interface Sha256Stream {
  update(chunk: Uint8Array): void;
  /** Ends the stream; call it once. */
  hex(): string;
}

/** For bytes that come in chunks. */
export function createSha256(): Sha256Stream {
  const state = hash.create();
  return {
    update: (chunk) => void state.update(chunk),
    hex: () => bytesToHex(state.digest()),
  };
}
