/**
 * Makes built files quick to read for an engine: short names inside functions, no comments that only
 * people read, no indentation. On import, most time goes into reading text, and this saves a sixth of it.
 * What people see stays: names of classes, methods and functions of modules, lines, marks for bundlers.
 */
import { basename } from 'node:path';
import { transform } from 'esbuild';
import ts from 'typescript';

const parse = (text) => ts.createSourceFile('file.js', text, ts.ScriptTarget.Latest, true);

/** The same text with spaces instead of some ranges, so that every place stays where it is. */
function blank(text, ranges) {
  let result = '';
  let at = 0;
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (from < at) continue;
    result += text.slice(at, from) + text.slice(from, to).replaceAll(/[^\n]/g, ' ');
    at = to;
  }
  return result + text.slice(at);
}

/** Comments that bundlers read. */
const MARK = /[@#]__\w+__|@vite-ignore|\bwebpack[A-Z]/;

/**
 * esbuild writes `var A = class _A {…}` for a class that names itself. Inside a function's scope, `_A`
 * would get a short name, and the class would print it. As a declaration it keeps its own name.
 */
function declareClasses(text, file) {
  const edits = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const { declarations } = statement.declarationList;
    const [{ name, initializer }] = declarations;
    if (declarations.length !== 1 || !initializer || !ts.isClassExpression(initializer)) continue;
    if (initializer.name?.text !== `_${name.text}`) continue;
    edits.push([statement.getStart(file), initializer.getStart(file), '']);
    const visit = (node) => {
      if (ts.isIdentifier(node) && node.text === initializer.name.text) {
        edits.push([node.getStart(file), node.getEnd(), ` ${name.text}`]);
      }
      ts.forEachChild(node, visit);
    };
    visit(initializer);
  }
  let result = '';
  let at = 0;
  for (const [from, to, by] of edits.toSorted((a, b) => a[0] - b[0])) {
    result += text.slice(at, from) + by.padStart(to - from);
    at = to;
  }
  return result + text.slice(at);
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Reads the first number of a source map's segment: its value, and the rest of the segment. */
function readColumn(segment) {
  let value = 0;
  let i = 0;
  for (let shift = 0; ; shift += 5) {
    const digit = DIGITS.indexOf(segment[i++]);
    value += (digit & 31) << shift;
    if (digit < 32) break;
  }
  return [value & 1 ? -(value >> 1) : value >> 1, segment.slice(i)];
}

function writeColumn(column) {
  let value = column < 0 ? (-column << 1) | 1 : column << 1;
  let text = '';
  do {
    const digit = value & 31;
    value >>= 5;
    text += DIGITS[value > 0 ? digit | 32 : digit];
  } while (value > 0);
  return text;
}

/** A line's part of a source map after `removed` characters went from the line's start. */
function shiftLine(line, removed) {
  if (line === '' || removed === 0) return line;
  let column = 0;
  let written = 0;
  const segments = line.split(',').map((segment) => {
    const [step, rest] = readColumn(segment);
    column += step;
    const shifted = Math.max(0, column - removed);
    const first = writeColumn(shifted - written);
    written = shifted;
    return first + rest;
  });
  return segments.join(',');
}

/** Lines without indentation, empty lines and comments, but for lines that begin in a template. */
function tighten(text, mappings) {
  const file = parse(text);
  const inTemplate = new Set();
  const visit = (node) => {
    if (ts.isTemplateLiteralToken(node)) {
      const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
      const last = file.getLineAndCharacterOfPosition(node.getEnd()).line;
      for (let line = first + 1; line <= last; line++) inTemplate.add(line);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const maps = mappings.split(';');
  const result = [];
  let inComment = false;
  for (const [i, line] of text.split('\n').entries()) {
    let short = inTemplate.has(i) ? line : line.trimStart();
    if (!inTemplate.has(i)) {
      if (short.startsWith('/*') && !MARK.test(short)) inComment = true;
      if (inComment) {
        const end = short.indexOf('*/');
        inComment = end < 0;
        short = inComment ? '' : short.slice(end + 2).trimStart();
      }
      if (short === '' || short.startsWith('//')) continue;
    }
    result.push([short, shiftLine(maps[i] ?? '', line.length - short.length)]);
  }
  return result;
}

/** Whether esbuild can read a module as a script once its imports and exports are set aside. */
function isPlain(file) {
  const { text, statements } = file;
  const onlyModule = /^#!|\bimport\.meta\b/.test(text) || awaitsAtOnce(file);
  const isExported = ({ modifiers = [] }) =>
    modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  return !onlyModule && !statements.some((node) => ts.isExportAssignment(node) || isExported(node));
}

function awaitsAtOnce(node) {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
  return ts.forEachChild(node, awaitsAtOnce) ?? false;
}

/** Names that a module uses, imports apart: merged files import more than they need. */
function usedNames(file) {
  const used = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node)) used.add(node.text);
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(file);
  return used;
}

/** An import or export in one line, without names that nobody uses; nothing if none is left. */
function linkText(node, file, used) {
  const named = node.importClause?.namedBindings;
  const text = node.getText(file).replaceAll(/\s*\n\s*/g, ' ');
  if (node.importClause?.name || !named || !ts.isNamedImports(named)) return text;
  const kept = named.elements.filter(({ name }) => used.has(name.text));
  if (kept.length === 0) return '';
  const names = kept.map((element) => element.getText(file)).join(', ');
  return `import { ${names} } from ${node.moduleSpecifier.getText(file)};`;
}

/** Short names for what functions declare; imports and exports are set aside and come back. */
async function shortenNames(path, text, map, file) {
  const isLink = (node) => ts.isImportDeclaration(node) || ts.isExportDeclaration(node);
  const links = file.statements.filter(isLink);
  const body = blank(
    declareClasses(text, file),
    links.map((node) => [node.getStart(file), node.getEnd()]),
  );
  const url = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  const result = await transform(`${STRICT}${body}\n//# sourceMappingURL=${url}\n`, {
    sourcefile: path,
    minifyIdentifiers: true,
    target: 'es2022',
    sourcemap: 'external',
    sourcesContent: false,
  });
  const { mappings, names } = JSON.parse(result.map);
  const lines = tighten(result.code, mappings).filter(([line]) => line !== STRICT);
  const isFirst = (node) => ts.isImportDeclaration(node) || node.moduleSpecifier !== undefined;
  const used = usedNames(file);
  const toLines = (nodes) =>
    nodes.map((node) => [linkText(node, file, used), '']).filter(([line]) => line !== '');
  const last = links.filter((node) => !isFirst(node));
  const all = [...toLines(links.filter(isFirst)), ...lines, ...toLines(last)];
  return { lines: all, names };
}

const STRICT = '"use strict";';

/**
 * Makes a built module compact. What only modules may hold cannot be in a script, and in modules esbuild
 * shortens the names of the outermost scope too: such a module keeps all its names.
 *
 * @param path where the file will lie
 * @param text the module
 * @param map its source map, as JSON
 * @returns the module and its map
 */
export async function compact(path, text, map) {
  const code = text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  const file = parse(code);
  const before = JSON.parse(map);
  const { lines, names } = isPlain(file)
    ? await shortenNames(path, code, map, file)
    : { lines: tighten(code, before.mappings), names: before.names };
  const mappings = lines.map(([, mapping]) => mapping).join(';');
  const end = `//# sourceMappingURL=${basename(path)}.map\n`;
  return {
    text: `${lines.map(([line]) => line).join('\n')}\n${end}`,
    map: JSON.stringify({ ...before, names, mappings }),
  };
}
