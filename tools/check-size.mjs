/**
 * Bundles two programs for a browser from the built packages: the smallest useful one, which must
 * stay small, and one with everything. Neither may name a Node module: the bundler refuses it.
 * `--inputs` lists what weighs. Needs a build (`npm run build`).
 */
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Sequential, Dense, Adam and the cpu backend, from the small entries (docs/guide/small-bundles.md). */
const MINIMAL = "export * from './minimal-model.ts';";

const WHOLE = `
import * as frontend from '@addax/frontend';
import * as formats from '@addax/formats';
globalThis.addax = { frontend, formats };
`;

const LIMIT = 80_000;

const gzipped = (files) => gzipSync(Buffer.concat(files.map((file) => file.contents))).length;

/** The program's first file, gzipped, and what it is made of. Dynamic imports become other files. */
async function bundle(contents, resolveDir) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: join(root, resolveDir) },
    bundle: true,
    minify: true,
    write: false,
    splitting: true,
    outdir: 'out',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    logLevel: 'warning',
    // Chunks without side effects are imported for their order only.
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  const first = new Set();
  const visit = (path) => {
    if (first.has(path)) return;
    first.add(path);
    for (const { path: next, kind } of metafile.outputs[path].imports) {
      if (kind === 'import-statement') visit(next);
    }
  };
  visit(Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint));
  const files = outputFiles.filter(({ path }) => [...first].some((name) => path.endsWith(name)));
  const inputs = [...first].flatMap((path) => Object.entries(metafile.outputs[path].inputs));
  return { bytes: gzipped(files), whole: gzipped(outputFiles), inputs };
}

const minimal = await bundle(MINIMAL, 'browser-tests/src/programs');
const whole = await bundle(WHOLE, 'packages/frontend');
console.log(`minimal browser bundle: ${minimal.bytes} bytes gzipped (limit ${LIMIT})`);
console.log(`  once it has trained:  ${minimal.whole} bytes gzipped`);
console.log(`with everything:        ${whole.bytes} bytes gzipped`);
if (process.argv.includes('--inputs')) {
  for (const [path, { bytesInOutput }] of minimal.inputs) {
    console.log(`${String(bytesInOutput).padStart(8)} ${path}`);
  }
}
if (minimal.bytes > LIMIT) {
  console.error('The minimal bundle is too large; `node tools/check-size.mjs --inputs` says why.');
  process.exitCode = 1;
}
