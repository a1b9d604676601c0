/** A short storm; `npm run bench -- faults` is the long one. */
import { expect, it } from 'vitest';
import { formatReport, runStorm } from './storm/storm.ts';

it('every job ends once, and nothing acknowledged is lost, whatever is killed, frozen, cut off or off its clock', {
  timeout: 300_000,
}, async () => {
  const report = await runStorm({ seed: 7, jobs: 5, injections: 25, runners: 2 });
  process.stdout.write(`\n${formatReport(report)}\n`);
  expect(report.broken).toEqual([]);
  expect(report.attempts).toBeGreaterThanOrEqual(report.jobs);
});
