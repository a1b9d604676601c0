// What the machine has to offer: the Node this runs on, room on the disk, programs, Debian packages.
import { access, constants, statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, SetupError, step } from './progress.mjs';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cache = process.env.TRAINYARD_CACHE ?? join(root, '.cache');
/** Node 22 from the npm package `node`: everything but these scripts runs on it. */
export const node22 = join(root, 'node_modules/node/bin/node');

export function requireNode(major) {
  if (Number.parseInt(process.versions.node, 10) >= major) return;
  throw new SetupError(
    `Trainyard needs Node ${major} or newer on the PATH; this is Node ${process.versions.node}.`,
  );
}

/** Refuses to go on when fewer than `gigabytes` are free under `path`. */
export async function requireDisk(gigabytes, path, purpose) {
  const { bavail, bsize } = await statfs(path);
  const free = (Number(bavail) * Number(bsize)) / 1e9;
  if (free >= gigabytes) return;
  throw new SetupError(
    `${purpose} needs about ${gigabytes} GB, and ${path} has ${free.toFixed(1)} GB free: make room there.`,
  );
}

/** The full path of a program on the PATH, or undefined. */
export async function which(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    if (await exists(path, constants.X_OK)) return path;
  }
  return undefined;
}

export const exists = (path, mode) =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/**
 * Installs Debian packages when this may (root, apt-get at hand). Otherwise says in one line what to run.
 * @param {string[]} packages
 * @param {string} reason what they are for, as in "to build the TensorFlow binding"
 */
export async function installPackages(packages, reason) {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!(await which('apt-get')))
    throw new SetupError(`${packages.join(', ')} missing ${reason}: install them by hand.`);
  if (process.getuid?.() !== 0)
    throw new SetupError(`${packages.join(', ')} missing ${reason}: run "sudo ${command}".`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await step(`Installing Debian's ${packages.join(', ')} ${reason}`, async () => {
    const args = command.split(' ').slice(1);
    try {
      await run('apt-get', args, { env });
    } catch {
      await run('apt-get', ['update'], { env }); // a fresh image has no package lists yet
      await run('apt-get', args, { env });
    }
  });
}
