/**
 * A graph as text, one node a line: `%4 = conv2d(%0, %1) {strides: [1, 1], padding: same} : [8, 28, 28, 16]`. What a node does behind
 * its own operator follows an arrow, `_` being the operator's own result: `%7 = matmul(%1, %2) → relu(add(_, %3[0, 1])) : [64, 128]`.
 * A read that is not element by element shows the strides that it walks by, after the offset if it has one: `%3[8: 0, 1]`.
 */
import type { Attributes, Fused, Graph, Node, Read } from './graph.ts';
import { ownInputs } from './memory/spans.ts';
import { showShape } from './operator.ts';
import { stridesOf } from './strided.ts';

/** How a node is called in a line. */
export type NameOf = (id: number) => string;

export function printGraph(graph: Graph): string {
  const nameOf: NameOf = (id) => `%${id}`;
  const lines = graph.nodes.map((node) => `${nameOf(node.id)} = ${printNode(node, graph, nameOf)}`);
  return [...lines, ...printEnd(graph, nameOf), ''].join('\n');
}

/** What stands behind `%7 = `. */
export function printNode(node: Node, { nodes }: Pick<Graph, 'nodes'>, nameOf: NameOf): string {
  const { op, attributes, shape, dtype } = node;
  const type = `${dtype === 'int32' ? 'int32 ' : ''}${showShape(shape)}`;
  const number = op === 'constant' && node.value?.length === 1 ? ` ${shortest(node.value[0]!)}` : '';
  const body = node.fused ? printBody(node, node.fused, nodes, nameOf) : '';
  const own = node.inputs.slice(0, ownInputs(node)).map(nameOf);
  const call = op === 'fused' ? body : `${op}${number}${own.length > 0 ? `(${own.join(', ')})` : ''}`;
  const chain = op === 'fused' || !body ? '' : ` → ${body}`;
  return `${call}${showAttributes(attributes)}${chain} : ${type}`;
}

/** Updates and outputs. */
export function printEnd({ parameters, outputs, updates }: Graph, nameOf: NameOf): string[] {
  const named = updates.map(({ parameter, node }) => {
    const old = parameters.find(({ name }) => name === parameter)!.node;
    return `update ${nameOf(old)} (${parameter}) = ${nameOf(node)}`;
  });
  return [...named, `return {${outputs.map(({ name, node }) => `${name}: ${nameOf(node)}`).join(', ')}}`];
}

/** The steps nested into one another; one that is read several times gets a letter: `multiply(a, a) with a = add(%1, %2)`. */
function printBody(node: Node, { reads, steps }: Fused, nodes: readonly Node[], nameOf: NameOf): string {
  const first = node.op === 'fused' ? 0 : 1;
  const uses = steps.flatMap(({ args }) => args);
  const letters: string[] = [];
  const texts: string[] = first === 1 ? ['_'] : [];
  for (const read of reads) texts.push(printRead(read, node, nodes, nameOf));
  for (const [i, { op, args }] of steps.entries()) {
    const text = `${op}(${args.map((arg) => texts[arg]).join(', ')})`;
    const isShared = uses.filter((arg) => arg === first + reads.length + i).length > 1;
    texts.push(isShared ? letterOf(letters.length) : text);
    if (isShared) letters.push(`${letterOf(letters.length)} = ${text}`);
  }
  const result = texts.at(-1)!;
  return letters.length > 0 ? `${result} with ${letters.join(', ')}` : result;
}

function printRead(
  { input, offset, strides }: Read,
  node: Node,
  nodes: readonly Node[],
  nameOf: NameOf,
): string {
  const source = nodes[node.inputs[input]!]!;
  const { value } = source;
  if (value?.length === 1) return shortest(value[0]!);
  const isAlong = stridesOf(node.shape).every(
    (stride, axis) => stride === strides[axis] || node.shape[axis] === 1,
  );
  if (isAlong && offset === 0) return nameOf(source.id);
  return `${nameOf(source.id)}[${offset > 0 ? `${offset}: ` : ''}${strides.join(', ')}]`;
}

const letterOf = (n: number): string =>
  n < 26 ? String.fromCharCode(97 + n) : `${letterOf(n % 26)}${Math.floor(n / 26)}`;
/** The shortest decimal that is this float32. */
const shortest = (x: number): string => {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(x.toPrecision(digits)));
    if (Object.is(Math.fround(Number(text)), x)) return text;
  }
  return Object.is(x, -0) ? '-0' : String(x);
};

/** Flags that are not set go without saying. */
function showAttributes(attributes: Attributes): string {
  const parts = Object.entries(attributes)
    .filter(([, value]) => value !== false)
    .map(([key, value]) => `${key}: ${typeof value === 'object' ? showShape(value) : value}`);
  return parts.length > 0 ? ` {${parts.join(', ')}}` : '';
}
