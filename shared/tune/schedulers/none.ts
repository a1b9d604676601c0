/** Every trial is trained to its end. */
import * as z from 'zod';
import type { Scheduler } from './scheduler.ts';
import { whole } from './whole.ts';

const None = z.strictObject({ type: z.literal('none') });

export const none = {
  type: 'none',
  summary: 'Every trial is trained to its end.',
  params: None,
  next: (_, search) => whole(null, search),
} satisfies Scheduler<z.infer<typeof None>>;
