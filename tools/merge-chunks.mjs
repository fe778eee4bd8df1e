/**
 * One file for what a package's main entry shares with others. esbuild makes a chunk for every set of
 * entries that share code; each costs time when Node imports it, and bundlers look at single statements
 * anyway. Entries stay, and so do chunks that only other entries or dynamic imports need; they import
 * the merged file.
 */
import { rmSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { build } from 'esbuild';

const SHARED = 'shared.js';

/** A module's address as another module in `folder` writes it. */
function addressOf(path, folder) {
  const short = relative(folder, path).replaceAll('\\', '/');
  return short.startsWith('.') ? short : `./${short}`;
}

/** What the main entry needs at once: not what dynamic imports or other entries ask for. */
function neededBy(main, outputs) {
  const found = new Set([main]);
  for (const path of found) {
    for (const { kind, external, path: next } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) found.add(resolve(next));
    }
  }
  return found;
}

/**
 * What a dynamic import asks for and, of all entries, the main one alone: programs made of the small
 * entries fetch it late, if it stays apart.
 */
function lateOnly(main, paths, outputs) {
  const dynamic = paths.flatMap((path) =>
    outputs[path].imports
      .filter(({ kind, external }) => kind === 'dynamic-import' && external !== true)
      .map(({ path: next }) => resolve(next)),
  );
  const found = new Set(dynamic.flatMap((path) => [...neededBy(path, outputs)]));
  const entries = paths.filter((path) => outputs[path].entryPoint !== undefined);
  for (const entry of entries) {
    if (entry === main || dynamic.includes(entry)) continue;
    for (const path of neededBy(entry, outputs)) found.delete(path);
  }
  return found;
}

/**
 * Merges the chunks of a build that lies in `dist`.
 *
 * @param main the entry whose needs are merged
 * @param outputs the build's output files: absolute path → `{ entryPoint, exports, imports }`
 * @param options options of that build that hold for the merged files too
 * @returns the new files
 */
export async function mergeChunks(dist, main, outputs, options) {
  const paths = Object.keys(outputs).filter((path) => path.endsWith('.js'));
  const needed = neededBy(main, outputs);
  const late = lateOnly(main, paths, outputs);
  const chunks = paths.filter(
    (path) => outputs[path].entryPoint === undefined && needed.has(path) && !late.has(path),
  );
  if (chunks.length < 2) return [];
  const shared = resolve(dist, SHARED);
  const merged = chunks.flatMap((path, i) => {
    const names = outputs[path].exports.map((name) => `${name} as ${name}$${i}`);
    const address = addressOf(path, dist);
    return [`import '${address}';`, `export { ${names.join(', ')} } from '${address}';`];
  });
  const common = { ...options, bundle: true, splitting: false, write: false };
  const keepOthers = (build) => {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
      const target = resolve(resolveDir, path);
      if (kind === 'entry-point' || chunks.includes(target)) return undefined;
      return { path: addressOf(target, resolveDir), external: true };
    });
  };
  const results = [
    await build({
      ...common,
      stdin: { contents: merged.join('\n'), resolveDir: dist },
      outfile: shared,
      plugins: [{ name: 'keep-entries', setup: keepOthers }],
    }),
  ];
  for (const path of paths) {
    if (chunks.includes(path)) continue;
    const address = addressOf(shared, dirname(path));
    const setup = (build) => {
      build.onResolve({ filter: /^\./ }, ({ path: asked, resolveDir, kind }) => {
        if (kind === 'entry-point') return undefined;
        if (asked === address) return { path: address, external: true };
        const target = resolve(resolveDir, asked);
        if (!chunks.includes(target)) return { path: asked, external: true };
        return { path: target, namespace: 'chunk' };
      });
      build.onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path: chunk }) => {
        const i = chunks.indexOf(chunk);
        const names = outputs[chunk].exports.map((name) => `${name}$${i} as ${name}`);
        return { contents: `export { ${names.join(', ')} } from '${address}';`, resolveDir: dist };
      });
    };
    results.push(
      await build({
        ...common,
        entryPoints: [path],
        outfile: path,
        plugins: [{ name: 'use-shared', setup }],
      }),
    );
  }
  for (const path of chunks) {
    rmSync(path);
    rmSync(`${path}.map`, { force: true });
  }
  return results.flatMap(({ outputFiles }) => outputFiles);
}
