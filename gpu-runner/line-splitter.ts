/** Cuts what a process writes into lines. One too long for a log, or without an end, is cut into several. */
import { MAX_LINE } from '../shared/schema/job.ts';

export function createLineSplitter(onLine: (line: string) => void) {
  let rest = '';
  return {
    add(chunk: string) {
      const lines = (rest + chunk).split(/\r?\n|\r(?=.)/);
      rest = lines.pop()!;
      lines.forEach(say);
      for (; rest.length >= MAX_LINE; rest = rest.slice(MAX_LINE)) say(rest.slice(0, MAX_LINE));
    },
    /** Says what is left of the last. */
    end() {
      say(rest);
      rest = '';
    },
  };

  function say(line: string) {
    for (let at = 0; at < line.length; at += MAX_LINE) onLine(line.slice(at, at + MAX_LINE));
  }
}
