/** Models that make something, by the command line: pictures of a seed, and a sentence in another language. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeImage } from '../../shared/data/decode-image.ts';
import { encodePng } from '../../shared/data/encode-png.ts';
import { packZip } from '../../shared/data/pack-zip.ts';
import { tinyLanguageSpec } from '../../shared/train/tiny-language-for-tests.ts';
import { openWorkbench, type Workbench } from './trainyard.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench({ runner: true });
}, 60_000);
afterAll(() => bench?.close());

const run = async (...words: string[]) => {
  const { code, stdout, stderr } = await bench.trainyard(words);
  expect(code, stderr + stdout).toBe(0);
  return stdout;
};

it('makes pictures, the same of the same seed', async () => {
  // bars that stand or lie
  const side = 8;
  const files = Array.from({ length: 60 }, (_, i) => {
    const at = i % side;
    const inBar = (pixel: number) => (i % 2 === 0 ? pixel % side : Math.floor(pixel / side)) === at;
    const data = Uint8Array.from({ length: side * side }, (_, pixel) => (inBar(pixel) ? 230 : 20 + (i % 9)));
    return {
      path: `${i % 2 === 0 ? 'standing' : 'lying'}/${i}.png`,
      bytes: encodePng({ width: side, height: side, channels: 1, data }),
    };
  });
  await writeFile(join(bench.folder, 'digits.zip'), packZip(files));
  const words = ['train', 'digits.zip', '--task', 'image-generation', '--epochs', '2'];
  const { metrics, endpoint } = JSON.parse(await run(...words, '--deploy', 'digits', '--json'));
  expect(endpoint.name).toBe('digits');
  expect(Object.values(metrics.test).every(Number.isFinite)).toBe(true);

  const make = async (seed: number, file: string) => {
    await run('predict', 'digits', '-i', `seed=${seed}`, '-o', file);
    return readFile(join(bench.folder, file));
  };
  const [seven, again, eight] = [await make(7, 'a.png'), await make(7, 'b.png'), await make(8, 'c.png')];
  expect(again).toEqual(seven);
  const picture = decodeImage(seven);
  expect(picture).toMatchObject({ width: side, height: side, channels: 1 });
  expect(new Set(picture.data).size).toBeGreaterThan(1);
  expect(decodeImage(eight).data).not.toEqual(picture.data);
});

it('translates a sentence that it was taught', async () => {
  const [who, does, what] = [
    { i: '我', you: '你', he: '他', she: '她', we: '我们', they: '他们' },
    { see: '看', like: '喜欢', buy: '买', sell: '卖', want: '要' },
    { rice: '米', tea: '茶', books: '书', fish: '鱼', flowers: '花', meat: '肉', wine: '酒', cloth: '布' },
  ].map((words) => Object.entries(words));
  const pairs = who!.flatMap(([i, wo]) =>
    does!.flatMap(([see, kan]) => what!.map(([tea, cha]) => `${i} ${see} ${tea}.\t${wo}${kan}${cha}。`)),
  );
  await writeFile(join(bench.folder, 'pairs.tsv'), `english\tchinese\n${pairs.join('\n')}\n`);
  // a transformer smaller than the template's, whose target is called so
  const spec = JSON.stringify(tinyLanguageSpec({ epochs: 30 })).replaceAll('french', 'chinese');
  await writeFile(join(bench.folder, 'small.json'), spec);
  const words = ['train', 'pairs.tsv', '--target', 'chinese', '--template', 'small.json'];
  const { metrics } = JSON.parse(await run(...words, '--deploy', 'pairs', '--json'));
  expect(metrics.test.bleu).toBeGreaterThan(50);
  expect(await run('predict', 'pairs', '-i', 'english=we like tea.')).toBe('我们喜欢茶。\n');
});
