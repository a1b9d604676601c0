/** Where chance is used, it is told from what. */
import * as z from 'zod';

export const Seed = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)
  .default(1);
