/** `runner doctor`: what this machine trains with, whether it can, and what to do about what is amiss. */
import { styleText } from 'node:util';
import { findHome } from '../find-server.ts';
import type { Finding } from './finding.ts';
import { examineGpu } from './gpu.ts';
import { examineDisk, examineMemory, examineNode } from './machine.ts';
import { examineServer } from './server.ts';
import { examineSource, examineTensorflow } from './tensorflow.ts';

export interface Findings {
  canTrain: boolean;
  findings: Finding[];
}

export async function examine(home = findHome()): Promise<Findings> {
  const gpu = examineGpu();
  const findings = [
    examineNode(),
    gpu.finding,
    examineSource(),
    ...(await examineTensorflow(gpu.present)),
    examineMemory(),
    await examineDisk(home),
    ...(await examineServer(home)),
  ];
  return { canTrain: findings.every(({ state }) => state !== 'fault'), findings };
}

export function printFindings({ canTrain, findings }: Findings): void {
  const marks = { ok: styleText('green', '✓'), note: styleText('yellow', '!'), fault: styleText('red', '✗') };
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, state, found, remedy } of findings) {
    process.stdout.write(`${marks[state]} ${name.padEnd(width)}  ${found}\n`);
    if (remedy) process.stdout.write(`  ${' '.repeat(width)}  → ${remedy}\n`);
  }
  process.stdout.write(canTrain ? '\nThis machine can train.\n' : '\nThis machine cannot train yet.\n');
}
