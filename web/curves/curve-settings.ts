/** How curves are shown, remembered in this browser. */
import { useSyncExternalStore } from 'react';
import * as z from 'zod';

const KEY = 'trainyard.curves';

const CurveSettings = z.object({
  /** The weight of what came before, from 0. */
  smoothing: z.number().min(0).max(0.999).catch(0),
  x: z.enum(['epoch', 'step']).catch('epoch'),
  /** The names of curves whose axis is logarithmic. */
  log: z.array(z.string()).catch([]),
  signalsOpen: z.boolean().catch(true),
});
export type CurveSettings = z.infer<typeof CurveSettings>;

const listeners = new Set<() => void>();
let current: CurveSettings | undefined;

function stored(): CurveSettings {
  current ??= CurveSettings.parse(parsed(localStorage.getItem(KEY)));
  return current;
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '{}') ?? {};
  } catch {
    return {};
  }
}

function change(part: Partial<CurveSettings>): void {
  current = { ...stored(), ...part };
  localStorage.setItem(KEY, JSON.stringify(current));
  for (const listener of listeners) listener();
}

export function useCurveSettings(): [CurveSettings, (part: Partial<CurveSettings>) => void] {
  const settings = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, stored);
  return [settings, change];
}
