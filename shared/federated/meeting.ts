/** A coordinator in the memory of one program, with its clock: participants call `exchange` and wait. */

import { close, closesAt, coordinate, receive, standing } from './coordinator.ts';
import { type Noise, secureUniform } from './noise.ts';
import type { Average, Update } from './round.ts';
import type { Rules } from './rules.ts';

/** `uniform`: see `Noise`; by default the platform's own secure random numbers. */
export function createMeeting(rules: Rules, uniform: Noise['uniform'] = secureUniform) {
  const state = coordinate(rules);
  let waiting: ((average: Average) => void)[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function look() {
    clearTimeout(timer);
    const at = closesAt(state);
    if (at === null) return;
    const left = at - performance.now();
    if (left > 0) {
      timer = setTimeout(look, left + 1);
      return;
    }
    const average = close(state, uniform);
    const told = waiting;
    waiting = [];
    for (const tell of told) tell(average);
  }

  return {
    /** Resolves when the update's round is closed, or at once if that is over. Throws as `receive` does. */
    async exchange(update: Update): Promise<Average> {
      if (receive(state, update, performance.now()) === 'late') return standing(state);
      const average = new Promise<Average>((tell) => waiting.push(tell));
      look();
      return average;
    },
  };
}
