/**
 * SQLite's values as Hrana's JSON, and the count of what one response may still hold. JSON has no infinity and
 * `JSON.stringify` drops the sign of -0, but both have a literal that every JSON parser reads back: `1e999` and `-0.0`.
 */
import { HranaError } from './errors.ts';
import type { HranaLimits } from './limits.ts';
import type { NativeValue, ResponseValue } from './protocol.ts';

// Node 22 has JSON.rawJSON; TypeScript's library does not know it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
const INFINITY = rawJSON('1e999');
const MINUS_INFINITY = rawJSON('-1e999');
const MINUS_ZERO = rawJSON('-0.0');

function encodeFloat(value: number): unknown {
  if (Object.is(value, -0)) return MINUS_ZERO;
  if (Number.isFinite(value)) return value;
  return value > 0 ? INFINITY : MINUS_INFINITY; // SQLite turns NaN into NULL, so none arrives here
}

export function encodeValue(value: NativeValue): ResponseValue {
  if (value === null) return { type: 'null' };
  if (typeof value === 'bigint') return { type: 'integer', value: value.toString() };
  if (typeof value === 'number') return { type: 'float', value: encodeFloat(value) };
  if (typeof value === 'string') return { type: 'text', value };
  return { type: 'blob', base64: value.toString('base64').replace(/=+$/, '') };
}

/** Rows and bytes left in one response. */
export class ResultBudget {
  readonly #limits: HranaLimits;
  #rows = 0;
  #bytes = 0;

  constructor(limits: HranaLimits) {
    this.#limits = limits;
  }

  take(row: readonly NativeValue[]): void {
    this.#rows += 1;
    for (const value of row)
      this.#bytes +=
        typeof value === 'string' ? Buffer.byteLength(value) : Buffer.isBuffer(value) ? value.length : 8;
    const { maxRows, maxResultBytes } = this.#limits;
    if (this.#rows > maxRows)
      throw new HranaError('RESPONSE_TOO_LARGE', `the result has more than ${maxRows} rows; add a LIMIT`);
    if (this.#bytes > maxResultBytes)
      throw new HranaError(
        'RESPONSE_TOO_LARGE',
        `the result has more than ${maxResultBytes} bytes; add a LIMIT`,
      );
  }
}
