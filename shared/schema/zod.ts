/**
 * zod as an argument. What endpoints answer with (feature steps, estimators, protocols) says what it takes as a function of zod, so that to
 * answer loads no zod: an isolate that begins has no time for it.
 */
import type * as zod from 'zod';

export type Zod = typeof zod;
/** What such a schema gives. */
export type Made<F extends (z: Zod) => zod.ZodType> = zod.infer<ReturnType<F>>;
