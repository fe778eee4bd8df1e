/**
 * Imports between packages, by one file. A package whose manifest has `"addax": { "linked": [...] }`
 * offers all its entries named there in one module, its `shared.js` (export `./shared`), under names
 * that say whose they are: `add$ops`. The build lets other packages import that module, where sources
 * say `import { add } from '@addax/core/ops'`, since Node takes its time for each file and each import
 * of one. People import the entries, which name the same things.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Declarations of `shared.js`: sources never import it. */
export const LINKED_TYPES =
  '/** What entries export, for built packages of Addax; import the entries. */\nexport {};\n';

/** The name under which `shared.js` exports what an entry or a chunk calls `name`. */
export function linkedName(name, label) {
  return `${name}$${label}`;
}

/** What an entry (`./graph-ops`) is called in names. */
function labelOf(entry) {
  return entry === '.' ? 'main' : entry.slice(2).replaceAll(/\W/g, '_');
}

/** Labels of a package's linked entries, by what `of` makes of an entry. */
function labels(manifest, of) {
  const linked = manifest.addax?.linked ?? [];
  return new Map(linked.map((entry) => [of(entry), labelOf(entry)]));
}

/** Labels of a package's linked entries, by their built files in `folder`. */
export function linkedFiles(manifest, folder) {
  return labels(manifest, (entry) => join(folder, manifest.exports[entry].default));
}

/** The linked entries of what a package depends on: import address → label, built file and `shared.js`. */
function dependenciesOf(manifest, folder) {
  const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const found = new Map();
  for (const name of names.filter((id) => id.startsWith('@addax/'))) {
    const place = join(folder, '../..', 'node_modules', name);
    const other = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
    for (const [entry, label] of labels(other, (path) => path)) {
      const file = join(place, other.exports[entry].default);
      found.set(posix.join(name, entry), { label, file, shared: `${name}/shared` });
    }
  }
  return found;
}

/**
 * Imports of linked entries as imports of `shared.js`, as an esbuild plugin. What is used of a
 * namespace (`ops.add`) becomes a name too. esbuild keeps all names that could be asked for:
 * `dropUnusedLinks` takes out the others.
 *
 * @returns {import('esbuild').Plugin}
 */
export function linkedImports(manifest, folder) {
  const linked = dependenciesOf(manifest, folder);
  return {
    name: 'linked-imports',
    setup(build) {
      build.onResolve({ filter: /^@addax\// }, ({ path }) =>
        linked.has(path) ? { path, namespace: 'linked', sideEffects: false } : undefined,
      );
      build.onLoad({ filter: /./, namespace: 'linked' }, async ({ path }) => {
        const { label, file, shared } = linked.get(path);
        const names = Object.keys(await import(pathToFileURL(file).href));
        const asked = names.map((name) => `${linkedName(name, label)} as ${name}`);
        return { contents: `export { ${asked.join(', ')} } from '${shared}';` };
      });
      build.onResolve({ filter: /./, namespace: 'linked' }, ({ path }) => ({
        path,
        external: true,
      }));
    },
  };
}

/** Drops the names that a built module imports from a `shared.js` and never uses. Lines stay where they are. */
export function dropUnusedLinks(text) {
  const imported = /^import \{([^}]*)\} from "(@[^"]+\/shared)";$/gm;
  return text.replaceAll(imported, (statement, names, address) => {
    const used = names.match(/[^\s,][^,]*[^\s,]/g).filter((pair) => {
      // Names that end in a label occur nowhere else by chance.
      const local = pair.split(' as ').at(-1).replaceAll('$', '\\$');
      return text.match(new RegExp(`(?<![\\w$])${local}(?![\\w$])`, 'g')).length > 1;
    });
    const lines = '\n'.repeat(statement.split('\n').length - 1);
    return `import { ${used.join(', ')} } from "${address}";${lines}`;
  });
}
