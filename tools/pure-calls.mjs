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
 * Marks the objects that esbuild makes for `export * as layers`. As statements of their own they
 * would hold every layer in every bundle; as marked initial values they go when nobody uses them.
 * Lines stay where they are, for the source map.
 */
export function markPureNamespaces(text) {
  return text.replaceAll(
    /^var (\w+) = \{\};\n(__export\w*)\(\1, /gm,
    'var $1 = /* @__PURE__ */ ((all, target = {}) => ($2(target, all), target))(\n',
  );
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
