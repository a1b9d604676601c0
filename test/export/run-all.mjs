/** Predicts with generated TypeScript projects, each with its rows.json: one JSON line for each, what it answers or its error. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

for (const folder of process.argv.slice(2)) {
  const load = (name) => import(pathToFileURL(join(folder, 'src', name)).href);
  let answer;
  try {
    const [{ readSafetensors }, model, { predict }] = await Promise.all(
      ['safetensors.ts', 'model.ts', 'predict.ts'].map(load),
    );
    const weights = readSafetensors(await readFile(join(folder, 'weights.safetensors')));
    answer = await predict(
      model.load(weights),
      JSON.parse(await readFile(join(folder, 'rows.json'), 'utf8')),
    );
  } catch (error) {
    answer = { error: error.stack };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
