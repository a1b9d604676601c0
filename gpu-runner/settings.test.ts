import { expect, it } from 'vitest';
import { readSettings } from './settings.ts';

it('has a default for each', () => {
  const defaults = { slots: null, labels: [], hungAfterMs: 300_000 };
  expect(readSettings({})).toEqual(defaults);
  expect(readSettings({ TRAINYARD_RUNNER_SLOTS: '', TRAINYARD_RUNNER_LABELS: '' })).toEqual(defaults);
});

it('takes what is set', () => {
  const env = {
    TRAINYARD_RUNNER_SLOTS: '4',
    TRAINYARD_RUNNER_LABELS: 'night, a100',
    TRAINYARD_HUNG_AFTER: '2.5',
  };
  expect(readSettings(env)).toEqual({ slots: 4, labels: ['night', 'a100'], hungAfterMs: 2500 });
});

it.each([
  [{ TRAINYARD_RUNNER_SLOTS: '0' }, /^TRAINYARD_RUNNER_SLOTS is "0": .*1/],
  [{ TRAINYARD_RUNNER_SLOTS: 'two' }, /^TRAINYARD_RUNNER_SLOTS is "two": .*number/],
  [{ TRAINYARD_RUNNER_LABELS: 'a,,b' }, /^TRAINYARD_RUNNER_LABELS is "a,,b"/],
  [{ TRAINYARD_HUNG_AFTER: '0' }, /^TRAINYARD_HUNG_AFTER is "0"/],
])('refuses %j by its name', (env, message) => {
  expect(() => readSettings(env)).toThrow(message);
});
