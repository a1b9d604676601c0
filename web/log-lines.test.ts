import { expect, it } from 'vitest';
import { LINES_KEPT, logText, partsOf, type RunLine, withLines } from './log-lines.ts';

const line = (fence: number, line: number, text = `${fence}.${line}`): RunLine => ({
  ...{ fence, line, text, at: '2026-01-02T03:04:05.000Z', level: 'info' },
});
const texts = (lines: readonly RunLine[]) => lines.map(({ text }) => text);

it.each<[string, RunLine[], RunLine[], string[]]>([
  ['nothing', [], [], []],
  ['what comes behind', [line(1, 0)], [line(1, 1), line(3, 0)], ['1.0', '1.1', '3.0']],
  ['what was there', [line(1, 0), line(1, 1)], [line(1, 1), line(1, 2)], ['1.0', '1.1', '1.2']],
  ['what belongs before', [line(1, 2), line(3, 0)], [line(1, 1)], ['1.1', '1.2', '3.0']],
])('adds %s, each line once and in order', (_, known, more, expected) => {
  expect(texts(withLines(known, more))).toEqual(expected);
});

it('keeps the youngest of very many', () => {
  const many = Array.from({ length: LINES_KEPT + 5 }, (_, i) => line(1, i));
  const kept = withLines([], many);
  expect([kept.length, kept[0]?.line, kept.at(-1)?.line]).toEqual([LINES_KEPT, 5, LINES_KEPT + 4]);
});

it('is split into attempts, of which a search leaves what it finds', () => {
  const lines = [line(1, 0, 'Killed'), line(3, 0, 'began'), line(3, 1, 'was killed too')];
  expect(partsOf(lines, '').map(({ attempt, lines }) => [attempt, lines.length])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(partsOf(lines, ' KILLED ').map(({ attempt, lines }) => [attempt, texts(lines)])).toEqual([
    [1, ['Killed']],
    [2, ['was killed too']],
  ]);
  expect(partsOf(lines, 'began').map(({ attempt }) => attempt)).toEqual([2]);
  expect(logText(partsOf(lines, 'began'))).toBe('# attempt 2\n2026-01-02T03:04:05.000Z info began');
});
