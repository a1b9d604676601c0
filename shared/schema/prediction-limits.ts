/** How much one request may ask, in whatever protocol. */

export const INSTANCES_MOST = 1000;

/** Largest predict request, bytes. */
export const MAX_PREDICT_BYTES = 8 * 1024 * 1024;
