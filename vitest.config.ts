/** The test suites: units beside their source, and those under test/ that run whole programs. */
import { defineConfig } from 'vitest/config';

const second = 1_000; // ms

/** Groups run one after the other; in each so many files at a time. */
const UNITS = { sequence: { groupOrder: 0 }, maxWorkers: 2 };
/** They compute for the most part, each on one core. */
const COMPUTING = { sequence: { groupOrder: 1 }, maxWorkers: 2 };
/** They drive servers and browsers, and wait for them: of two cores one file alone takes its share. */
const DRIVING = { sequence: { groupOrder: 2 }, maxWorkers: 1 };

/** A suite under test/. */
const suite = (name: string, testTimeout: number, group: typeof DRIVING) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: testTimeout,
    // a page that shows something late is slow, not wrong
    expect: { poll: { timeout: 10 * second } },
    ...group,
  },
});

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
          ...UNITS,
        },
      },
      suite('engine', 240 * second, COMPUTING),
      suite('flow', 120 * second, COMPUTING),
      suite('libsql', 60 * second, COMPUTING),
      suite('parity', 120 * second, COMPUTING),
      suite('export', 240 * second, COMPUTING),
      suite('browser', 240 * second, DRIVING),
      suite('cli', 180 * second, DRIVING),
      suite('faults', 180 * second, DRIVING),
      suite('start', 180 * second, DRIVING),
    ],
  },
});
