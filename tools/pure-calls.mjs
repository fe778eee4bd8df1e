/**
 * Keeps tree-shaking alive through bundling. `sideEffects: false` lets a bundler leave out a whole
 * file; once our files are bundled into one, it has to decide statement by statement, and keeps
 * every top-level call because it might do something. In files without side effects it does not, so
 * the build says it for each call: a mark before each such call.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

import { dropOpWords } from './op-words.mjs';

const MARK = '/* @__PURE__ */ ';

/** Marks each call and `new` that runs when the module is loaded to make an initial value. */
export function markPureCalls(fileName, text) {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const places = new Set();
  const visitValue = (node) => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isClassLike(node)) return visitClass(node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) places.add(node.getStart(file));
    ts.forEachChild(node, visitValue);
  };
  const visitClass = (node) => {
    for (const member of node.members) {
      const isStatic = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static;
      if (isStatic && ts.isPropertyDeclaration(member) && member.initializer) {
        visitValue(member.initializer);
      }
    }
  };
  for (const statement of file.statements) {
    if (ts.isClassDeclaration(statement)) visitClass(statement);
    if (!ts.isVariableStatement(statement)) continue;
    for (const { initializer } of statement.declarationList.declarations) {
      if (initializer) visitValue(initializer);
    }
  }
  let marked = text;
  for (const place of [...places].toSorted((a, b) => b - a)) {
    marked = marked.slice(0, place) + MARK + marked.slice(place);
  }
  return marked;
}

/**
 * Rewrites the objects that esbuild makes for `export * as layers`. As statements of their own they
 * would hold every layer in every bundle; as marked initial values they go when nobody uses them. They
 * move to the end, where all they name is there: so they need no getters, which take three times as
 * long to read and make. Other lines stay where they are, for the source map.
 */
export function markPureNamespaces(text) {
  const found = new Map();
  const rest = text.replaceAll(
    /^var (\w+) = \{\};\n__export\w*\(\1, (\{\n(?:  \w+: \(\) => \w+,?\n)*\})\);$/gm,
    (statement, name, members) => {
      const values = members.replaceAll('() => ', '');
      found.set(name, `var ${name} = /* @__PURE__ */ Object.freeze(${values});\n`);
      return '\n'.repeat(statement.split('\n').length - 1);
    },
  );
  const ordered = new Set();
  const add = (name) => {
    const words = found.get(name).match(/\w+/g);
    // Those that this one holds come first.
    for (const other of found.keys()) if (other !== name && words.includes(other)) add(other);
    ordered.add(found.get(name));
  };
  for (const name of found.keys()) add(name);
  return rest.replace(/(?=\/\/# sourceMappingURL=.*\s*$)|$/, () => [...ordered].join(''));
}

/**
 * Marking of calls (and dropping of words that only documents need) as an esbuild plugin.
 *
 * @param {(path: string) => boolean} hasSideEffects files to leave as they are
 * @returns {import('esbuild').Plugin}
 */
export function pureCalls(hasSideEffects) {
  return {
    name: 'pure-calls',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const contents = hasSideEffects(path) ? text : markPureCalls(path, dropOpWords(path, text));
        return { contents, loader: 'ts' };
      });
    },
  };
}
