/**
 * One file for what a package's main entry shares with others. esbuild makes a chunk for every set of
 * entries that share code; each costs time when Node imports it, and bundlers look at single statements
 * anyway. Entries stay, and so do chunks that only other entries or dynamic imports need; they import
 * the merged file. Linked entries (`linked.mjs`) are merged as well: what stays of them only names what
 * the merged file exports.
 */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { build } from 'esbuild';

import { importedNames, importOnce } from './imported-names.mjs';
import { linkedName } from './linked.mjs';

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
 * @param linked labels of this package's linked entries: absolute path → label
 * @returns the new files
 */
export async function mergeChunks(dist, main, outputs, options, linked = new Map()) {
  const paths = Object.keys(outputs).filter((path) => path.endsWith('.js'));
  const needed = neededBy(main, outputs);
  const late = lateOnly(main, paths, outputs);
  const chunks = paths.filter(
    (path) =>
      linked.has(path) ||
      (outputs[path].entryPoint === undefined && needed.has(path) && !late.has(path)),
  );
  const nameOf = (path, name) => linkedName(name, linked.get(path) ?? chunks.indexOf(path));
  const shared = resolve(dist, SHARED);
  const texts = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
  const bundle = async (outfile, input, setup) => {
    const common = { ...options, bundle: true, splitting: false, write: false, outfile };
    const once = importOnce(input.once);
    const plugins = [
      { name: 'keep-files', setup },
      { name: 'import-once', setup: once },
    ];
    return (await build({ ...common, ...input.from, plugins })).outputFiles;
  };
  const results = [];

  if (chunks.length > 0) {
    const contents = chunks.flatMap((path) => {
      const names = outputs[path].exports.map((name) => `${name} as ${nameOf(path, name)}`);
      const address = addressOf(path, dist);
      return [`import '${address}';`, `export { ${names.join(', ')} } from '${address}';`];
    });
    const input = {
      from: { stdin: { contents: contents.join('\n'), resolveDir: dist } },
      once: chunks.map((path) => texts.get(path)),
    };
    const keepOthers = (build) => {
      build.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
        const target = resolve(resolveDir, path);
        if (kind === 'entry-point' || chunks.includes(target)) return undefined;
        return { path: addressOf(target, resolveDir), external: true };
      });
    };
    results.push(...(await bundle(shared, input, keepOthers)));
  }

  for (const path of paths) {
    if (chunks.includes(path)) continue;
    const address = addressOf(shared, dirname(path));
    const asked = importedNames(texts.get(path));
    const useShared = (build) => {
      build.onResolve({ filter: /^\./ }, ({ path: wanted, resolveDir, kind }) => {
        if (kind === 'entry-point') return undefined;
        if (wanted === address) return { path: address, external: true };
        const target = resolve(resolveDir, wanted);
        if (!chunks.includes(target)) return { path: wanted, external: true };
        return { path: target, namespace: 'chunk' };
      });
      build.onLoad({ filter: /.*/, namespace: 'chunk' }, ({ path: chunk }) => {
        const used = asked.get(addressOf(chunk, dirname(path))) ?? outputs[chunk].exports;
        const names = [...used].map((name) => `${nameOf(chunk, name)} as ${name}`);
        return { contents: `export { ${names.join(', ')} } from '${address}';`, resolveDir: dist };
      });
    };
    const input = { from: { entryPoints: [path] }, once: [texts.get(path)] };
    results.push(...(await bundle(path, input, useShared)));
  }

  for (const path of chunks) {
    if (linked.has(path)) {
      const names = outputs[path].exports.map((name) => `${nameOf(path, name)} as ${name}`);
      const address = addressOf(shared, dirname(path));
      const contents = `export { ${names.join(', ')} } from '${address}';`;
      const input = { from: { stdin: { contents } }, once: [] };
      const keepAll = (build) => {
        build.onResolve({ filter: /./ }, () => ({ external: true }));
      };
      results.push(...(await bundle(path, input, keepAll)));
    } else {
      rmSync(path);
      rmSync(`${path}.map`, { force: true });
    }
  }
  return results;
}
