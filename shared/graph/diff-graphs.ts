/**
 * Two graphs as one text: `-` lines are the first's alone, `+` lines the second's alone. Numbers do not count: nodes that
 * correspond go by their number in the first, and those that only the second has by theirs with a prime (`%12'`).
 */
import type { Graph } from './graph.ts';
import { printEnd, printNode } from './print-graph.ts';

/** Lines shown before and after a change. */
const AROUND = 2;

/** Empty if the graphs do the same in the same order. */
export function diffGraphs(a: Graph, b: Graph): string {
  const kinds = [a, b].map((graph) => graph.nodes.map((node) => printNode(node, graph, () => '%')));
  const pairs = commonSubsequence(kinds[0]!, kinds[1]!);
  const partner = new Map(pairs.map(([i, j]) => [j, i]));
  const nameInA = (id: number) => `%${id}`;
  const nameInB = (id: number) => (partner.has(id) ? nameInA(partner.get(id)!) : `%${id}'`);
  const linesA = a.nodes.map((node) => `${nameInA(node.id)} = ${printNode(node, a, nameInA)}`);
  const linesB = b.nodes.map((node) => `${nameInB(node.id)} = ${printNode(node, b, nameInB)}`);

  const ends = [printEnd(a, nameInA), printEnd(b, nameInB)] as const;
  const endPairs = commonSubsequence(...ends).map(
    ([i, j]) => [i + linesA.length, j + linesB.length] as const,
  );
  return merge([...linesA, ...ends[0]], [...linesB, ...ends[1]], [...pairs, ...endPairs]);
}

type Pair = readonly [number, number];

/** Lines of both in order; a pair whose lines differ (in what they read) is a change. */
function merge(a: readonly string[], b: readonly string[], pairs: readonly Pair[]): string {
  const lines: { mark: ' ' | '-' | '+'; text: string }[] = [];
  let [i, j] = [0, 0];
  for (const [nextA, nextB] of [...pairs, [a.length, b.length] as const]) {
    for (; i < nextA; i++) lines.push({ mark: '-', text: a[i]! });
    for (; j < nextB; j++) lines.push({ mark: '+', text: b[j]! });
    if (i === a.length && j === b.length) break;
    if (a[i] === b[j]) lines.push({ mark: ' ', text: a[i]! });
    else lines.push({ mark: '-', text: a[i]! }, { mark: '+', text: b[j]! });
    i++;
    j++;
  }
  const isNear = (at: number) =>
    lines.slice(Math.max(at - AROUND, 0), at + AROUND + 1).some(({ mark }) => mark !== ' ');
  const shown: string[] = [];
  for (const [at, { mark, text }] of lines.entries()) {
    if (isNear(at)) shown.push(`${mark} ${text}`);
    else if (shown.at(-1) !== '  …') shown.push('  …');
  }
  return shown.every((line) => line === '  …') ? '' : `${shown.join('\n')}\n`;
}

/** The longest common subsequence, as pairs of places. */
function commonSubsequence(a: readonly string[], b: readonly string[]): Pair[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const rows = a.length - start - end;
  const columns = b.length - start - end;
  const width = columns + 1;
  const longest = new Uint32Array((rows + 1) * width); // of what is left from (i, j) on
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[start + i] === b[start + j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  const pairs: Pair[] = Array.from({ length: start }, (_, i) => [i, i]);
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (a[start + i] === b[start + j]) pairs.push([start + i++, start + j++]);
    else if (longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!) i++;
    else j++;
  }
  for (let k = end; k > 0; k--) pairs.push([a.length - k, b.length - k]);
  return pairs;
}
