// Finds the browser that the browser tests drive, or installs Debian's.
import { exists, installPackages, which } from './machine.mjs';

export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  await installPackages(['chromium'], 'for the browser tests');
  return findChromium();
}

async function findChromium() {
  if (process.env.CHROMIUM && (await exists(process.env.CHROMIUM))) return process.env.CHROMIUM;
  for (const program of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const path = await which(program);
    if (path) return path;
  }
  return undefined;
}
