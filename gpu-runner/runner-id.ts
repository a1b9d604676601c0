/**
 * The runner's id, the same after every restart. Runners that share a home take a slot each (`runners/1.json`), so that
 * two of them are never one.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { idOf } from '../shared/schema/id.ts';
import { newId } from '../shared/schema/new-id.ts';

const Slot = z.object({ id: idOf('runner'), pid: z.int() });

/** Takes the first slot whose owner no longer lives. */
export function takeRunnerId(home: string, pid = process.pid): string {
  const folder = join(home, 'runners');
  mkdirSync(folder, { recursive: true });
  for (let slot = 1; ; slot++) {
    const path = join(folder, `${slot}.json`);
    const held = readSlot(path);
    if (held && held.pid !== pid && isAlive(held.pid)) continue;
    const id = held?.id ?? newId('runner');
    writeFileSync(path, JSON.stringify({ id, pid }));
    return id;
  }
}

/** Null where there is none, or where it is damaged (then a new id is as good). */
function readSlot(path: string): z.infer<typeof Slot> | null {
  try {
    return Slot.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
