/** docs/engine.md shows what the code prints today. `UPDATE_PAGE=1 npx vitest run` on this file writes the graphs anew. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { examples } from './engine-page-for-tests.ts';

const page = new URL('../../../docs/engine.md', import.meta.url);
/** A marker, and the block behind it once there is one. */
const GRAPH = /<!-- graph: (.+) -->\n(?:```text\n([^`]*)```\n)?/g;

if (process.env.UPDATE_PAGE) {
  const text = await readFile(page, 'utf8');
  const block = (_: string, name: string) => `<!-- graph: ${name} -->\n\`\`\`text\n${examples[name]}\`\`\`\n`;
  await writeFile(page, text.replace(GRAPH, block));
}

describe('docs/engine.md', async () => {
  const shown = [...(await readFile(page, 'utf8')).matchAll(GRAPH)];

  it('shows every example', () => {
    expect(shown.map(([, name]) => name).sort()).toEqual(Object.keys(examples).sort());
  });

  it.each(shown.map(([, name, graph]) => [name!, graph] as const))(
    '%s is what the code prints',
    (name, graph) => {
      expect(graph).toBe(examples[name]);
    },
  );
});
