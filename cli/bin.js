#!/usr/bin/env node
// Hands over to main.ts under a Node that runs TypeScript as it is: the project's own Node 22, or this one if it will do.
// Plain JavaScript, so that a machine's older Node can read it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const bundled = pathOf('../node_modules/node/bin/node');
const [major, minor] = process.versions.node.split('.').map(Number);
const current = major > 22 || (major === 22 && minor >= 18) ? process.execPath : null;
const node = existsSync(bundled) ? bundled : current;

if (node) {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const child = spawn(node, [...flags, pathOf('main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C at a terminal reaches the child by itself; sent twice it would mean "at once".
  const sentByTerminal = process.stdin.isTTY;
  process.on('SIGINT', () => sentByTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: cannot run ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
} else {
  console.error(`error: Node 22.18 or newer is needed, and this is ${process.versions.node}`);
  console.error('hint: `npm run setup` in the project brings its own');
  process.exitCode = 1;
}
