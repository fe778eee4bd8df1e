/**
 * The arrows between packages, and the rules that follow from them, as pure functions.
 * `check-boundaries.mjs` feeds them the tree; `boundaries.test.mjs` feeds them examples.
 */
import ts from 'typescript';

/**
 * What each package may import. Arrows go downward only, so the list is also the order in which
 * packages can be understood. `dynamic` packages may be reached by `import()` alone: they are
 * optional for the user and must not weigh on the first import.
 */
export const ARROWS = {
  core: { static: [] },
  formats: { static: ['core'] },
  onnx: { static: ['core'] },
  codegen: { static: ['core'] },
  'backend-cpu': { static: ['core', 'codegen'] },
  'backend-onnx': { static: ['core', 'onnx', 'backend-cpu'] },
  'backend-webgpu': { static: ['core', 'codegen'] },
  frontend: { static: ['core', 'backend-cpu'], dynamic: ['formats', 'onnx'] },
  cli: { static: ['core', 'formats', 'frontend'] },
  conformance: { static: ['core', 'backend-cpu', 'frontend', 'formats'] },
};

/** Packages that are for Node alone. */
const NODE_PACKAGES = ['cli', 'conformance'];

/** What may stand only in files that a browser never loads. */
const NODE_FILES = /(^|\/)(platform-node|cli|node)(\.ts$|\/)|\.test\.ts$/;

/**
 * The imports of one file.
 *
 * @returns {{ specifier: string, kind: 'static' | 'dynamic' | 'type', line: number }[]}
 */
export function importsOf(fileName, text) {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, false);
  const found = [];
  const add = (node, literal, kind) => {
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    found.push({ specifier: literal.text, kind, line });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.importClause?.isTypeOnly ? 'type' : 'static');
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(node, node.moduleSpecifier, node.isTypeOnly ? 'type' : 'static');
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, 'type');
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) add(node, argument, 'dynamic');
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Why the file `path` (inside the folder of package `name`) may not import this; else undefined. */
export function importProblem(name, path, { specifier, kind }) {
  if (specifier.startsWith('.')) {
    const depth = path.split('/').length - 2;
    const ups = specifier.split('/').filter((part) => part === '..').length;
    return ups > depth ? `leaves its package by ${specifier}` : undefined;
  }
  if (specifier.startsWith('node:')) {
    if (kind === 'type' || NODE_FILES.test(path) || NODE_PACKAGES.includes(name)) return undefined;
    return `imports ${specifier}, which browsers lack; put it behind a platform file`;
  }
  const target = /^@addax\/([^/]+)/.exec(specifier)?.[1];
  if (target === undefined || target === name || path.endsWith('.test.ts')) return undefined;
  const arrows = ARROWS[name];
  if (arrows.static.includes(target)) return undefined;
  if (!arrows.dynamic?.includes(target)) return `must not import @addax/${target}`;
  return kind === 'static' ? `may import @addax/${target} only by import()` : undefined;
}

/** A path of package names that ends where it begins, if the manifests hold one. */
export function findCycle(dependencies) {
  const done = new Set();
  const visit = (name, path) => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return undefined;
    done.add(name);
    for (const target of dependencies[name] ?? []) {
      const cycle = visit(target, [...path, name]);
      if (cycle) return cycle;
    }
    return undefined;
  };
  for (const name of Object.keys(dependencies)) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}
