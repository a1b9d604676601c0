/** A run's log as its page holds it: in order, each line once, the youngest of very many. */
import type { RouteReply } from '../shared/api/route.ts';
import { getRunLog } from '../shared/api/routes/runs.ts';
import { api } from './session.ts';

export type RunLine = RouteReply<typeof getRunLog>[number];

/** Lines kept of a log. */
export const LINES_KEPT = 20_000;
/** Lines that the server gives at once. */
const PAGE = 5000;

export async function askLog(run: string, signal: AbortSignal): Promise<RunLine[]> {
  let lines: RunLine[] = [];
  for (let after: string | undefined; ; ) {
    const query = { limit: PAGE, ...(after && { after }) };
    const page = await api().call(getRunLog, { params: { run }, query }, { signal });
    lines = withLines(lines, page);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return lines;
    after = `${last.fence}.${last.line}`;
  }
}

export function withLines(known: readonly RunLine[], more: readonly RunLine[]): RunLine[] {
  const last = known.at(-1);
  const younger = last ? more.filter((line) => compare(line, last) > 0) : more;
  if (younger.length === more.length) return [...known, ...more].slice(-LINES_KEPT);
  const all = new Map([...known, ...more].map((line) => [`${line.fence}.${line.line}`, line]));
  return [...all.values()].sort(compare).slice(-LINES_KEPT);
}

const compare = (a: RunLine, b: RunLine): number => a.fence - b.fence || a.line - b.line;

export interface LogPart {
  /** From 1. */
  attempt: number;
  lines: RunLine[];
}

/** Attempt by attempt, those lines that hold the words, whatever the case. */
export function partsOf(lines: readonly RunLine[], words: string): LogPart[] {
  const wanted = words.trim().toLowerCase();
  return [...Map.groupBy(lines, ({ fence }) => fence).values()]
    .map((all, i) => ({
      attempt: i + 1,
      lines: wanted ? all.filter(({ text }) => text.toLowerCase().includes(wanted)) : all,
    }))
    .filter((part) => part.lines.length > 0);
}

export const logText = (parts: readonly LogPart[]): string =>
  parts
    .flatMap(({ attempt, lines }) => [
      `# attempt ${attempt}`,
      ...lines.map(({ at, level, text }) => `${at} ${level} ${text}`),
    ])
    .join('\n');
