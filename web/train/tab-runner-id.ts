/** A tab's id as a runner: of those that this browser has made, the first that no other tab uses, so that there are no more than tabs that lend. */
import * as z from 'zod';
import { idOf } from '../../shared/schema/id.ts';
import { newId } from '../../shared/schema/new-id.ts';

const KEY = 'trainyard-tab-runners';

/** It is this tab's until the signal is aborted, or the tab is gone. */
export async function takeTabRunnerId(signal: AbortSignal): Promise<string> {
  for (const id of knownIds()) if (await hold(id, signal)) return id;
  const id = newId('runner');
  await hold(id, signal);
  try {
    localStorage.setItem(KEY, JSON.stringify([...knownIds(), id]));
  } catch {} // it is another one the next time
  return id;
}

function knownIds(): string[] {
  try {
    return z.array(idOf('runner')).parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
  } catch {
    return [];
  }
}

/** Whether it was free. */
function hold(id: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((answer) => {
    void navigator.locks.request(`trainyard-tab-${id}`, { ifAvailable: true }, async (lock) => {
      answer(lock !== null);
      if (lock) await new Promise((done) => signal.addEventListener('abort', done));
    });
  });
}
