/**
 * One line of progress on stderr: a bar that is drawn over itself on a terminal; elsewhere a plain line now and then, so that
 * a log stays readable.
 */
import { stripVTControlCharacters } from 'node:util';
import { styleErr } from './output.ts';

const BAR_WIDTH = 24;
/** Between redraws, and between plain lines. */
const REDRAW_MS = 80;
const PLAIN_MS = 10_000;

export interface Progress {
  /** `share` is 0 to 1, or null while unknown. */
  show(share: number | null, title: string, detail: string): void;
  /** Takes the bar off the screen, before other words or at the end. */
  clear(): void;
}

export function createProgress(
  stream: NodeJS.WriteStream = process.stderr,
  now: () => number = Date.now,
): Progress {
  return stream.isTTY ? createBar(stream, now) : createLines(stream, now);
}

function createBar(stream: NodeJS.WriteStream, now: () => number): Progress {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    show(share, title, detail) {
      if (now() - drawnAt < REDRAW_MS && share !== 1) return;
      drawnAt = now();
      drawn = true;
      stream.write(
        `\r\x1b[K${fit(`${styleErr('cyan', drawBar(share))} ${title}  ${detail}`, stream.columns || 80)}`,
      );
    },
    clear() {
      if (drawn) stream.write('\r\x1b[K');
      drawn = false;
    },
  };
}

function createLines(stream: NodeJS.WriteStream, now: () => number): Progress {
  let wroteAt = now();
  let lastTitle: string | undefined;
  return {
    show(share, title, detail) {
      if (title === lastTitle && now() - wroteAt < PLAIN_MS) return;
      wroteAt = now();
      lastTitle = title;
      const percent = share === null ? '' : ` ${Math.round(share * 100)} %`;
      stream.write(`${title}${percent}${detail && `  ${detail}`}\n`);
    },
    clear() {},
  };
}

export function drawBar(share: number | null): string {
  const full = Math.round(Math.min(1, Math.max(0, share ?? 0)) * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${share === null ? '' : `${Math.round(share * 100)} %`}`.trimEnd();
}

/** Cut to the width of the terminal, or it would wrap and leave lines behind; colours are given up where it is cut. */
function fit(text: string, columns: number): string {
  const plain = stripVTControlCharacters(text);
  return plain.length < columns ? text : plain.slice(0, columns - 1);
}
