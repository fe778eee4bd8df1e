/**
 * Chromium for the tests of a file: `inChromium('…', (pages) => { … pages.run('train') … })`. Each run
 * bundles a program, serves it, opens it in a fresh page (or in a worker) and gives what it returned. An
 * error on the page's console fails the run, and so does a request to anywhere but its own server.
 */
import { posix } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';

import { findChromium } from '../../tools/chromium.mjs';
import type { Program } from './answer.ts';
import { bundle } from './bundle.ts';
import { serve } from './server.ts';

/** How a program is run. */
export interface RunOptions {
  /** Headers of all files, such as a content security policy. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Files that the program finds under `fileAt(name)`; `../name` is beside it. Default none. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** Run in a module worker instead of the page. Default false. */
  readonly worker?: boolean;
  /** Kill the browser's GPU process when the page asks for this file. Default: it lives. */
  readonly killGpuOn?: string;
  /** Errors on the console that belong to the test. Default: none is expected. */
  readonly expectedErrors?: RegExp;
}

/** A page whose security policy forbids eval, and WebAssembly: every file from its own server. */
export const STRICT: RunOptions = {
  headers: {
    'Content-Security-Policy': "default-src 'none'; script-src 'self'; connect-src 'self'",
  },
  // Chromium reports every question whether code may be compiled.
  expectedErrors: /violates the following Content Security Policy directive/i,
};

/** Runs programs in pages. */
export interface Pages {
  /**
   * What `programs/NAME.ts` returns.
   *
   * @throws Error with what the program threw, with errors of the console, or with foreign requests.
   */
  run<P extends Program<unknown>>(
    name: string,
    options?: RunOptions,
  ): Promise<Awaited<ReturnType<P>>>;

  /**
   * Opens an address in a fresh page and does something there.
   *
   * @throws Error with errors of the console, or with requests to other servers.
   */
  visit(address: string, body: (page: Page) => Promise<void>): Promise<void>;
}

const TIMEOUT = 90_000;

/** What makes Chromium offer WebGPU on a processor alone. */
const GPU_FLAGS = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

const FLAGS = [
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** What the browser of a group of tests is like. */
export interface BrowserOptions {
  /** Whether it has WebGPU, drawn by software. Default false. */
  readonly gpu?: boolean;
  /** Milliseconds for one test. Default 90,000. */
  readonly timeout?: number;
}

/** A `describe` whose tests run pages; skipped where no Chromium is found. */
export function inChromium(
  title: string,
  body: (pages: Pages) => void,
  { gpu = false, timeout = TIMEOUT }: BrowserOptions = {},
): void {
  const found = findChromium();
  const group = found.ok ? describe : describe.skip;
  jest.setTimeout(timeout);
  group(title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await chromium.launch({
        ...(found.ok && { executablePath: found.path }),
        headless: true,
        // Chromium's sandbox refuses to start as root.
        args: [
          ...FLAGS,
          ...(gpu ? GPU_FLAGS : []),
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
      });
    });
    afterAll(() => browser?.close());
    body({
      run: <P extends Program<unknown>>(name: string, options: RunOptions = {}) =>
        runIn(browser!, name, options, timeout) as Promise<Awaited<ReturnType<P>>>,
      visit: (address, use) =>
        inPage(browser!, { origin: new URL(address).origin, timeout }, async (page, fatal) => {
          await page.goto(address);
          await Promise.race([use(page), fatal]);
        }),
    });
  });
}

async function runIn(
  browser: Browser,
  name: string,
  options: RunOptions,
  timeout: number,
): Promise<unknown> {
  const { headers = {}, files = {}, worker = false, killGpuOn, expectedErrors } = options;
  const program = await bundle(name);
  const served = new Map(program.files);
  for (const [file, bytes] of Object.entries(files)) served.set(posix.join('files', file), bytes);
  const server = await serve(served, headers);
  try {
    const { origin } = server;
    return await inPage(browser, { origin, timeout, expectedErrors }, async (page, fatal) => {
      if (killGpuOn !== undefined) {
        const debug = await browser.newBrowserCDPSession();
        page.on('request', (request) => {
          if (!request.url().endsWith(killGpuOn)) return;
          // It answers no more.
          debug.send('Browser.crashGpuProcess').catch(() => undefined);
        });
      }
      await page.goto(origin + (worker ? 'worker.html' : 'page.html'));
      return Promise.race([server.answer, fatal]);
    });
  } finally {
    await server.close();
  }
}

/** Uses a fresh page; nothing may go wrong on its console, and it may ask its own server only. */
async function inPage<T>(
  browser: Browser,
  options: {
    readonly origin: string;
    readonly timeout: number;
    readonly expectedErrors?: RegExp | undefined;
  },
  use: (page: Page, fatal: Promise<never>) => Promise<T>,
): Promise<T> {
  const { origin, timeout, expectedErrors } = options;
  const context = await browser.newContext();
  try {
    const foreign: string[] = [];
    context.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) foreign.push(url);
    });
    const page = await context.newPage();
    const watch = watchErrors(page, expectedErrors, timeout);
    const result = await use(page, watch.fatal);
    // What the page said before it answered has arrived when it replies to a further question.
    await page.title();
    if (watch.errors.length > 0) throw new Error(`on the console:\n${watch.errors.join('\n')}`);
    if (foreign.length > 0) throw new Error(`foreign requests:\n${foreign.join('\n')}`);
    return result;
  } finally {
    await context.close();
  }
}

/** Errors on the console so far, and the promise that rejects when the page cannot answer any more. */
function watchErrors(
  page: Page,
  expected: RegExp | undefined,
  timeout: number,
): { readonly errors: readonly string[]; readonly fatal: Promise<never> } {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' || expected?.test(message.text())) return;
    errors.push(`${message.text()} (${message.location().url})`);
  });
  const fatal = new Promise<never>((_resolve, reject) => {
    page.on('crash', () => reject(new Error('the page crashed')));
    page.on('pageerror', (error) => reject(error));
    const seen = (): string => (errors.length > 0 ? `; on the console:\n${errors.join('\n')}` : '');
    setTimeout(() => reject(new Error(`no answer${seen()}`)), timeout - 10_000).unref();
  });
  // It may reject when nobody waits any more.
  fatal.catch(() => undefined);
  return { errors, fatal };
}
