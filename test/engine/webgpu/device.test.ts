/** The webgpu executor and its device, in Chromium: a device that is lost, and many steps at a time. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, launchChromium } from '../../browser/chromium.ts';
import type { WebgpuPage } from './page.ts';

describe.skipIf(!hasChromium)('the webgpu executor in Chromium', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      logLevel: 'error',
    });
    const script = outputFiles[0]!.text;
    server = createServer((request, response) => {
      const isScript = request.url === '/page.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
    }).listen(0, '127.0.0.1');
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('globalThis.webgpu');
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it('tells of a lost device in every call', async () => {
    const told = (await page.evaluate('webgpu.lose()')) as Awaited<ReturnType<WebgpuPage['lose']>>;
    for (const message of Object.values(told))
      expect(message).toMatch(/^unavailable: The WebGPU device was lost/);
    expect(Object.keys(told)).toEqual(['underWay', 'steps', 'read', 'write', 'compile']);
  });

  it('computes the same with every tile', async () => {
    const answers = (await page.evaluate('webgpu.tiles()')) as Awaited<ReturnType<WebgpuPage['tiles']>>;
    expect(Object.keys(answers)).toEqual(['8×8', '4×8', '8×4', '4×4', 'best']);
    for (const [tile, furthest] of Object.entries(answers)) expect(furthest, tile).toBeLessThan(1e-4);
  });

  it('runs more steps than fit into its rings, several a submit', async () => {
    const { last, submits, sorted } = (await page.evaluate('webgpu.many(10000)')) as Awaited<
      ReturnType<WebgpuPage['many']>
    >;
    expect(sorted).toBe(true);
    expect(last).toEqual([10_000, 10_000, 10_000]);
    expect(submits).toBeLessThan(5000);
  });
});
