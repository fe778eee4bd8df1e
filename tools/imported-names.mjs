/** What built files ask other modules for: every name once, since reading imports takes time. */

/** The names that a file of esbuild's imports from each module; modules it imports otherwise are absent. */
export function importedNames(text) {
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

/** Every name once from each other package, however many texts ask for it, as an esbuild plugin's set-up. */
export function importOnce(texts) {
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
