/**
 * Builds one package: declarations by TypeScript 7, code by esbuild.
 *
 * Published code is one bundled file per entry, because each file that is imported costs time.
 * Entries are read from the manifest (`exports` and `imports`), so a new entry needs no change here.
 * Code that entries share goes to one more file: a class must exist once, or `instanceof` fails
 * between entries.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';

import { compact } from './compact.mjs';
import { entriesOf } from './entries.mjs';
import { dropUnusedLinks, LINKED_TYPES, linkedFiles, linkedImports } from './linked.mjs';
import { mergeChunks } from './merge-chunks.mjs';
import { markPureNamespaces, pureCalls } from './pure-calls.mjs';

const root = join(import.meta.dirname, '..');

/** Removes declarations whose source file is gone; TypeScript never does. */
function removeStaleDeclarations(source, target) {
  if (!existsSync(target)) return;
  for (const path of readdirSync(target, { recursive: true, encoding: 'utf8' })) {
    const match = /^(.*)\.d\.ts(\.map)?$/.exec(path);
    if (match && !existsSync(join(source, `${match[1]}.ts`))) rmSync(join(target, path));
  }
}

/** The main file asks for the package's other entries by their files: names take longer to resolve. */
function ownEntries({ name, exports }) {
  return {
    name: 'own-entries',
    setup(context) {
      context.onResolve({ filter: new RegExp(`^${name}/`) }, ({ path, importer }) => {
        const file = exports[`.${path.slice(name.length)}`]?.default;
        if (!importer.endsWith('/src/index.ts')) return undefined;
        return { path: file.replace('./dist/', './'), external: true };
      });
    },
  };
}

/** Returns false after the compiler has said why. */
async function buildPackage(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const dist = join(folder, 'dist');
  removeStaleDeclarations(join(folder, 'src'), dist);
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
  const project = join(folder, 'tsconfig.lib.json');
  const { status } = spawnSync(process.execPath, [compiler, '-b', project], { stdio: 'inherit' });
  if (status !== 0) return false;
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (/\.js(\.map)?$/.test(path)) rmSync(join(dist, path));
  }
  const effectful = (manifest.sideEffects || []).map((path) => join(folder, path));
  // Imports that only order evaluation: bundlers warn of them where files have no side effects.
  const ordering = /^import "(?:\.\.?\/)+(?:chunk-\w+|shared)\.js";$/gm;
  const finish = (text) => {
    const marked = markPureNamespaces(dropUnusedLinks(text));
    return effectful.some((path) => path.endsWith('*.js')) ? marked : marked.replace(ordering, '');
  };
  const writeFiles = (files) => {
    for (const { path, text } of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, path.endsWith('.js') ? finish(text) : text);
    }
  };
  const options = {
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
    external: Object.keys(manifest.imports ?? {}),
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    // Chunks without side effects are imported for their order only.
    logOverride: { 'ignored-bare-import': 'silent' },
  };
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: entriesOf(manifest).map((path) => join(folder, path)),
    outbase: join(folder, 'src'),
    outdir: dist,
    plugins: [
      pureCalls((path) => effectful.includes(path)),
      ownEntries(manifest),
      linkedImports(manifest, folder),
    ],
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    write: false,
    metafile: true,
  });
  writeFiles(outputFiles);
  const outputs = Object.entries(metafile.outputs);
  const built = Object.fromEntries(outputs.map(([path, output]) => [resolve(path), output]));
  const linked = linkedFiles(manifest, folder);
  if (linked.size > 0) writeFileSync(join(dist, 'shared.d.ts'), LINKED_TYPES);
  writeFiles(await mergeChunks(dist, join(dist, 'index.js'), built, options, linked));
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.js')) await makeCompact(join(dist, name));
  }
  return true;
}

async function makeCompact(path) {
  const [text, map] = [path, `${path}.map`].map((name) => readFileSync(name, 'utf8'));
  const made = await compact(path, text, map);
  writeFileSync(path, made.text);
  writeFileSync(`${path}.map`, made.map);
}

if (!(await buildPackage(resolve(process.argv[2] ?? '.')))) process.exitCode = 1;
