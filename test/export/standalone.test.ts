/**
 * One file that holds its model, alone in an empty folder: Node imports it and it answers as our predictor does, a browser does from a file,
 * and so does workerd, which compiles no WebAssembly at run time.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWeb, root } from '../../edge/local/build.ts';
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import { NetworkPipeline } from '../../shared/definition/pipeline-spec.ts';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { standalone } from '../../shared/export/standalone.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';
import { hasChromium, launchChromium } from '../browser/chromium.ts';
import { SPEC, trainArtifact } from '../helpers/edge-scenario.ts';
import { expectAnswers } from './expect-answers.ts';

const instances = [
  { a: 1, b: 2 },
  { a: 19, b: 21 },
  { a: 10, b: 10.5 },
];
let folder: string;
let file: string;
let code: Uint8Array;
let expected: Prediction[];
beforeAll(async () => {
  await buildWeb(() => {});
  const { artifact: bytes } = await trainArtifact(NetworkPipeline.parse(SPEC));
  const artifact = decodeArtifact(bytes);
  const program = await readFile(join(root, 'web/dist/standalone.js'), 'utf8');
  const files = standalone.files(artifact, 'points', { bytes, program });
  expect(files.map(({ path }) => path)).toEqual(['points.js']);
  code = files[0]!.bytes;
  folder = await mkdtemp(join(tmpdir(), 'trainyard-standalone-'));
  file = join(folder, 'points.js');
  await writeFile(file, code);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const predictor = await createPredictor(artifact, createPlainExecutor());
  expected = await predictor.predict(instances);
  predictor.dispose();
}, 200_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a module in the folder prints, as JSON. */
async function printed(source: string): Promise<unknown> {
  const child = spawn(process.execPath, ['--input-type=module'], { cwd: folder, env: {} });
  child.stdin.end(source);
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (errors) throw new Error(errors);
  return JSON.parse(out);
}

const asked = JSON.stringify({ instances });

describe('one file', () => {
  it('in Node', async () => {
    const source = `import { predict } from './points.js';
      console.log(JSON.stringify(await predict(${JSON.stringify(instances)})));`;
    expectAnswers((await printed(source)) as Prediction[], expected);
  });

  it('as what serves requests, with the errors of an endpoint', async () => {
    const source = `import points, { describe } from './points.js';
      const ask = async (body, method = 'POST') => {
        const response = await points.fetch(new Request('http://x/', method === 'POST' ? { method, body } : { method }));
        return [response.status, await response.json()];
      };
      const { inputs, output } = await describe();
      console.log(JSON.stringify({
        inputs: inputs.map(({ name }) => name), classes: output.classes, right: await ask(${JSON.stringify(asked)}),
        wrong: await ask('{"instances":[{"a":1,"b":"two"}]}'), none: await ask('{}'), broken: await ask('{'), got: await ask('', 'GET'),
      }));`;
    const told = (await printed(source)) as Record<
      string,
      [number, { error: { code: string; message: string } }]
    >;
    expect(told).toMatchObject({ inputs: ['a', 'b'], classes: ['high', 'low'] });
    const [status, { predictions }] = told.right as unknown as [number, { predictions: Prediction[] }];
    expect(status).toBe(200);
    expectAnswers(predictions, expected);
    expect(told.wrong).toMatchObject([422, { error: { code: 'invalid_data' } }]);
    expect(told.wrong![1].error.message).toContain('instances[0], feature "b"');
    for (const refused of [told.none, told.broken, told.got])
      expect(refused).toMatchObject([400, { error: { code: 'invalid_request' } }]);
  });

  it('in workerd, on JavaScript alone', async () => {
    const script = new TextDecoder().decode(code);
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({ modules: true, script, compatibilityDate: '2026-11-01' }),
    );
    try {
      const response = await miniflare.dispatchFetch('http://x/', { method: 'POST', body: asked });
      const { predictions } = (await response.json()) as { predictions: Prediction[] };
      expectAnswers(predictions, expected);
    } finally {
      await miniflare.dispose();
    }
  });

  it('in a browser, whose page has no network', async ({ skip }) => {
    if (!hasChromium) return skip('Chromium is not installed');
    const browser = await launchChromium();
    try {
      const page = await (await browser.newContext({ offline: true })).newPage();
      await page.goto(pathToFileURL(folder).href);
      const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
      const source = `import { predict } from ${JSON.stringify(url)}; globalThis.predict = predict;`;
      await page.addScriptTag({ type: 'module', content: source });
      await page.waitForFunction(() => 'predict' in globalThis);
      const answers = await page.evaluate(
        (rows) => (globalThis as unknown as { predict(rows: unknown): Promise<Prediction[]> }).predict(rows),
        instances,
      );
      expectAnswers(answers, expected);
    } finally {
      await browser.close();
    }
  });

  it('is not made of what is no program', () => {
    const bytes = new Uint8Array();
    const artifact = { fitted: { inputs: [] }, sha256: '' } as never;
    expect(() => standalone.files(artifact, 'x', { bytes, program: '<!doctype html>' })).toThrow(
      'the server has no standalone.js',
    );
  });
});
