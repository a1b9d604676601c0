/** The reference as a candidate: slow, and there wherever JavaScript runs. */
import type { Candidate } from '../choose/candidate.ts';
import { createPlainExecutor } from './plain-executor.ts';

export const plainCandidate = (where: string): Candidate => ({
  name: 'plain',
  device: `Plain JavaScript (slow) · ${where}`,
  start: async () => createPlainExecutor(),
});
