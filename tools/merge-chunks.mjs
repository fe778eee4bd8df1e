/**
 * One file for what a package's main entry shares with others. esbuild makes a chunk for every set of
 * entries that share code; each costs time when Node imports it, and bundlers look at single statements
 * anyway. Entries stay, and so do chunks that only other entries or dynamic imports need; they import
 * the merged file.
 */
import { readFileSync, rmSync } from 'node:fs';
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

/** The names that a file of esbuild's imports from each module; modules it imports otherwise are absent. */
function importedNames(text) {
  const found = new Map();
  for (const [, names, address] of text.matchAll(/^import \{([^}]*)\} from "([^"]+)";$/gm)) {
    const all = found.get(address) ?? new Set();
    for (const name of names.split(',')) all.add(name.trim().split(' as ')[0]);
    found.set(address, all);
  }
  for (const [, address] of text.matchAll(/^import (?:[^{].* from )?"([^"]+)";$/gm)) {
    found.delete(address);
  }
  return found;
}

/** Every name once from each other package, however many chunks ask for it: reading imports takes time. */
function importOnce(texts) {
  const names = new Map();
  for (const [address, some] of texts.flatMap((text) => [...importedNames(text)])) {
    names.set(address, new Set([...(names.get(address) ?? []), ...some]));
  }
  return (build) => {
    build.onResolve({ filter: /^[^.]/, namespace: 'file' }, ({ path, kind }) =>
      kind === 'import-statement' && names.has(path) ? { path, namespace: 'once' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'once' }, ({ path }) => ({
      contents: `export { ${[...names.get(path)].join(', ')} } from '${path}';`,
    }));
    build.onResolve({ filter: /.*/, namespace: 'once' }, ({ path }) => ({ path, external: true }));
  };
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
      plugins: [
        { name: 'keep-entries', setup: keepOthers },
        {
          name: 'import-once',
          setup: importOnce(chunks.map((path) => readFileSync(path, 'utf8'))),
        },
      ],
    }),
  ];
  for (const path of paths) {
    if (chunks.includes(path)) continue;
    const address = addressOf(shared, dirname(path));
    const needed = importedNames(readFileSync(path, 'utf8'));
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
        const asked = needed.get(addressOf(chunk, dirname(path)));
        const used = asked ? [...asked] : outputs[chunk].exports;
        const names = used.map((name) => `${name}$${i} as ${name}`);
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
