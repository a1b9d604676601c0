/** Numbers, times and durations as people read them. */

const integer = new Intl.NumberFormat('en');

export const count = (value: number): string => integer.format(value);

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${integer.format(value)} ${value === 1 ? one : many}`;
}

/** About four significant digits, without trailing zeros. */
export function decimal(value: number, digits = 4): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e7 ? integer.format(value) : value.toExponential(2);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(2);
  return String(Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(size))))));
}

/** 0.9712 → "97.1%" */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)}%`;

export function bytes(size: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let unit = 0;
  let value = size;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** 83_000 → "1 min 23 s" */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "just now", "5 min ago", "3 h ago", "12 Nov" */
export function ago(timestamp: string, now = Date.now()): string {
  const seconds = Math.round((now - Date.parse(timestamp)) / 1000);
  if (seconds < 45) return 'just now';
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return new Date(timestamp).toLocaleDateString('en', { day: 'numeric', month: 'short' });
}
