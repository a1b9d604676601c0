/** Node, memory and disk. */
import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { messageOf } from '../../shared/errors.ts';
import { memoryOfMachine } from '../machine/room.ts';
import { type Finding, GIB, gib } from './finding.ts';

export function examineNode(): Finding {
  const name = 'Node';
  const major = Number(process.versions.node.split('.')[0]);
  const found = `${process.version}, ${process.platform} ${process.arch}`;
  if (major === 22) return { name, state: 'ok', found };
  const remedy =
    'run it with the Node 22 that `npm install` brings (npx trainyard runner …): tfjs-node needs 22';
  return { name, state: major < 22 ? 'fault' : 'note', found, remedy };
}

export function examineMemory(): Finding {
  const name = 'Memory';
  const free = process.availableMemory();
  const found = `${gib(free)} free of ${gib(memoryOfMachine())}, ${availableParallelism()} CPU cores`;
  if (free >= GIB) return { name, state: 'ok', found };
  return { name, state: 'note', found, remedy: 'free at least 1 GiB, or train with small batches' };
}

export async function examineDisk(home: string): Promise<Finding> {
  const name = 'Disk';
  try {
    mkdirSync(home, { recursive: true });
    const { bavail, bsize } = await statfs(home);
    const free = bavail * bsize;
    const found = `${gib(free)} free in ${home}`;
    if (free >= GIB) return { name, state: 'ok', found };
    const remedy = `make room, or move TRAINYARD_HOME (now ${home})`;
    return { name, state: free < GIB / 10 ? 'fault' : 'note', found, remedy };
  } catch (error) {
    const remedy = `let TRAINYARD_HOME name a folder that can be written (now ${home})`;
    return { name, state: 'fault', found: messageOf(error), remedy };
  }
}
