/**
 * Where words go. Results: stdout, as text for people or as one JSON document. All else: stderr. Colours only where
 * the stream is a terminal and NO_COLOR is not set (node:util sees to both).
 */
import { styleText } from 'node:util';
import type { Failure } from './failure.ts';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

export interface Output {
  readonly json: boolean;
  /** The result: `value` with --json, else the lines of `text`. Called once. */
  result(value: unknown, text: () => string): void;
  /** A line of a result that comes bit by bit; with --json the result says it at the end. */
  line(text: string): void;
  /** A remark on what goes on. */
  note(text: string): void;
  fail(failure: Failure): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result: (value, text) => void process.stdout.write(`${json ? JSON.stringify(value) : text()}\n`),
    line(text) {
      if (!json) process.stdout.write(`${text}\n`);
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    fail({ code, message, hint, details }) {
      if (json) {
        const error = { code, message, ...(hint ? { hint } : {}), ...(details ? { details } : {}) };
        process.stdout.write(`${JSON.stringify({ error })}\n`);
        return;
      }
      process.stderr.write(`${styleErr('red', 'error:')} ${message}\n`);
      if (hint) process.stderr.write(`${styleErr('dim', 'hint:')} ${hint}\n`);
    },
  };
}

/** Styled for stdout. */
export function style(as: Style, text: string): string {
  return styleText(as, text, { stream: process.stdout });
}

/** Styled for stderr. */
export function styleErr(as: Style, text: string): string {
  return styleText(as, text, { stream: process.stderr });
}
