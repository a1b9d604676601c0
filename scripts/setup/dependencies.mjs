// Puts node_modules in place: what package-lock.json asks for, and the binary of Node 22. Asks no network
// when both are there already.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { node22, requireDisk, root } from './machine.mjs';
import { run, step } from './progress.mjs';

export async function ensureDependencies() {
  const wanted = await readLock('package-lock.json');
  if (!fits(wanted, await readLock('node_modules/.package-lock.json'))) {
    await requireDisk(2, root, 'Installing Trainyard');
    // Not `npm ci`: it refuses a lock that was made where the registry has one platform's packages only. This one
    // takes the lock's versions too, and leaves the lock as it is.
    await step('Installing packages with npm', () => npm(['install', '--no-save']));
  }
  // The package `node` fetches its binary in an install script, and .npmrc turns those off. The others that
  // have one (esbuild, workerd, core-js) work without it.
  if ((await nodeVersion()) !== wanted['node_modules/node'].version) {
    await step('Fetching Node 22', () => npm(['rebuild', 'node', '--ignore-scripts=false']));
  }
}

const npm = (args) => {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js')
    ? run(process.execPath, [cli, ...args], { cwd: root })
    : run('npm', args, { cwd: root });
};

async function readLock(path) {
  const text = await readFile(join(root, path), 'utf8').catch(() => '{"packages":{}}');
  return JSON.parse(text).packages;
}

/** npm notes what it installed in a lock of its own; packages for other platforms (optional) are not in it. */
function fits(wanted, installed) {
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional, link, peer }]) =>
      path === '' ||
      link ||
      optional ||
      devOptional ||
      peer ||
      !version ||
      !path.includes('node_modules/') ||
      installed[path]?.version === version,
  );
}

async function nodeVersion() {
  const { stdout } = await promisify(execFile)(node22, ['--version']).catch(() => ({ stdout: '' }));
  return stdout.trim().replace('v', '');
}
