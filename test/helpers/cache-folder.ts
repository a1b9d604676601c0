/** Where benchmarks keep what they fetch. */
import { join } from 'node:path';

export const cacheFolder = process.env.TRAINYARD_CACHE ?? join(import.meta.dirname, '../../.cache');
