/** The contenders in a page of Chromium; CPU time is that of all its processes, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { findChromium } from '../../../tools/chromium.mjs';
import type { Place } from './compare.ts';
import { ORT_WASM } from './ort.ts';
import type { BenchPage } from './page.ts';

declare const benchPage: BenchPage;

const FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** Milliseconds per clock tick of /proc. */
const TICK = 10;

/** Bundles the contenders, serves them and opens the page. */
export async function openInChromium(): Promise<Place> {
  const found = findChromium();
  if (!found.ok) throw new Error(found.reason);
  const { outputFiles } = await build({
    entryPoints: [new URL('page.ts', import.meta.url).pathname],
    bundle: true,
    splitting: true,
    write: false,
    outdir: '/',
    entryNames: 'page',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@addax/source'],
    logLevel: 'error',
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  const wasm = createRequire(import.meta.url).resolve(`onnxruntime-web/${ORT_WASM}`);
  const server = createServer((request, response) => {
    if (request.url === `/${ORT_WASM}`) {
      response.writeHead(200, { 'Content-Type': 'application/wasm' }).end(readFileSync(wasm));
      return;
    }
    const script = files.get(request.url ?? '');
    if (script !== undefined) {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
    } else {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end(
        '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
      );
    }
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const browser = await chromium.launch({
    executablePath: found.path,
    headless: true,
    args: process.getuid?.() === 0 ? ['--no-sandbox', ...FLAGS] : FLAGS,
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(600_000);
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => 'benchPage' in globalThis);
  const device = await page.evaluate(() => benchPage.device());
  return {
    name: 'chromium',
    device: `${device}, Chromium ${browser.version()}`,
    run: async (who, workload) => {
      await page.evaluate(([a, b]) => benchPage.prepare(a, b), [who, workload] as const);
      const from = treeTime();
      await page.evaluate(([a, b]) => benchPage.run(a, b), [who, workload] as const);
      return treeTime() - from;
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

/** CPU milliseconds so far of all processes that this one has started, and theirs. */
function treeTime(): number {
  const children = new Map<number, number[]>();
  const times = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      // The name in parentheses may hold anything; fields are counted behind it, from the state on.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const parent = Number(fields[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
      times.set(Number(entry), (Number(fields[11]) + Number(fields[12])) * TICK);
    } catch {
      // It has ended meanwhile.
    }
  }
  const sum = (process: number): number =>
    (children.get(process) ?? []).reduce(
      (total, child) => total + (times.get(child) ?? 0) + sum(child),
      0,
    );
  return sum(process.pid);
}
