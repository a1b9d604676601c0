/** The test suites: units beside their source, and those under test/ that run whole programs. */
import { defineConfig } from 'vitest/config';

/** A suite under test/: one file at a time, since each drives processes of its own on what may be two cores. */
const suite = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: testTimeout,
    fileParallelism: false,
  },
});

const second = 1_000; // ms

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{shared,edge,gpu-runner,cli,web}/**/*.test.{ts,tsx}'],
          setupFiles: ['test/no-console.ts'],
          testTimeout: 20 * second,
          hookTimeout: 30 * second,
        },
      },
      suite('engine', 240 * second),
      suite('flow', 120 * second),
      suite('libsql', 60 * second),
      suite('parity', 120 * second),
      suite('export', 240 * second),
      suite('browser', 240 * second),
      suite('cli', 180 * second),
      suite('faults', 180 * second),
      suite('start', 180 * second),
    ],
  },
});
