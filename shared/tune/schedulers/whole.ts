/** New trials, each as long as may be. */
import type { Plan, Scheduled } from './scheduler.ts';

export const whole = (epochs: number | null, { newLeft }: Scheduled): Plan | 'exhausted' =>
  newLeft > 0 ? { epochs } : 'exhausted';
