/** What the doctor finds, and how it says sizes. */
export interface Finding {
  name: string;
  /** `note`: it trains, but not as well as it could. `fault`: it cannot train. */
  state: 'ok' | 'note' | 'fault';
  found: string;
  /** What to do about it. */
  remedy?: string;
}

export const GIB = 2 ** 30;
export const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;
