/**
 * The edge under load, beside what else could serve the same model: our Worker, workerd with nothing to infer, TensorFlow.js and ONNX
 * Runtime in workerd, and servers in Python and Node. All have the same weights, and must agree before they are timed.
 * A case is named with or without its connections (`mlp-c16`, `mlp`). EDGE_ROUNDS rounds (2) of EDGE_SECONDS (2) each; p99 is worth
 * reading from 30 s on.
 */
import { bundleSizes } from './edge/bundle-sizes.ts';
import { CASES } from './edge/cases.ts';
import { coldStart } from './edge/cold-start.ts';
import { manyModels } from './edge/many-models.ts';
import { startOwnServer } from './edge/own-server.ts';
import { race } from './edge/race.ts';
import type { Row } from './rows.ts';

const CONNECTIONS = [1, 16];
/** What is not load on one model. */
const PARTS: Readonly<Record<string, () => Promise<Row[]>>> = {
  size: bundleSizes,
  cold: coldStart,
  models: manyModels,
};

export async function bench(): Promise<Row[]> {
  const isWanted = wanted();
  const rows: Row[] = [];
  const cases = Object.entries(CASES)
    .map(([name, prepare]) => {
      const connections = CONNECTIONS.filter((many) => isWanted(`${name}-c${many}`));
      return { name, prepare, connections };
    })
    .filter(({ connections }) => connections.length > 0);
  if (cases.length > 0) {
    const server = await startOwnServer();
    try {
      for (const { name, prepare, connections } of cases)
        rows.push(...(await race(name, connections, server, await prepare())));
    } finally {
      await server.close();
    }
  }
  for (const [name, measure] of Object.entries(PARTS)) if (isWanted(name)) rows.push(...(await measure()));
  return rows;
}

/** By the words behind the benchmark's name; all where there are none. */
function wanted(): (name: string) => boolean {
  const words = process.argv.slice(3);
  const names = [
    ...Object.keys(CASES).flatMap((name) => CONNECTIONS.map((many) => `${name}-c${many}`)),
    ...Object.keys(PARTS),
  ];
  const means = (word: string, name: string) => name === word || name.startsWith(`${word}-c`);
  const unknown = words.find((word) => !names.some((name) => means(word, name)));
  if (unknown) throw new Error(`No case "${unknown}": ${names.join(', ')}`);
  return (name) => words.length === 0 || words.some((word) => means(word, name));
}
