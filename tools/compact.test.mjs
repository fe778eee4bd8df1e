import { SourceMap } from 'node:module';
import { expect, it } from '@jest/globals';
import { transform } from 'esbuild';

import { compact } from './compact.mjs';

async function made(source, path = '/dist/file.js') {
  const { code, map } = await transform(source, { sourcemap: 'external', sourcefile: 'file.ts' });
  return compact(path, code, map);
}

const lines = ({ text }) => text.split('\n').slice(0, -2);

it('shortens names in functions, and keeps names of the module, of methods and of exports', async () => {
  const source = `
    import { outer } from './other.js';
    export function product(factors) { return factors.reduce((left, right) => left * right, outer); }
    export class Sum { total(terms) { return terms.length; } }`;
  expect(lines(await made(source))).toEqual([
    'import { outer } from "./other.js";',
    expect.stringMatching(/^export function product\(factors\) \{$/),
    expect.anything(),
    '}',
    'export class Sum {',
    'total(terms) {',
    'return terms.length;',
    '}',
    '}',
  ]);
  const bundled = source.replaceAll('export ', '').concat('export { product, Sum as Total };');
  expect(lines(await made(bundled))).toEqual([
    'import { outer } from "./other.js";',
    expect.stringMatching(/^function product\(\w\) \{$/),
    expect.stringMatching(/^return \w\.reduce\(\(\w, \w\) => \w \* \w, outer\);$/),
    '}',
    'class Sum {',
    expect.stringMatching(/^total\(\w\) \{$/),
    expect.stringMatching(/^return \w\.length;$/),
    '}',
    '}',
    'export { product, Sum as Total };',
  ]);
});

it('keeps the name of a class that names itself', async () => {
  const { text } = await made('var Node2 = class _Node2 { copy() { return new _Node2(); } };');
  const module = `${text}export { Node2 };`;
  const { Node2 } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
  expect(new Node2().copy().constructor.name).toBe('Node2');
});

it('imports only what is used', async () => {
  const source =
    'import { a, b as c } from "./x.js";\nimport { d } from "./y.js";\nimport "./z.js";\nc();';
  expect(lines(await made(source))).toEqual([
    'import { b as c } from "./x.js";',
    'import "./z.js";',
    'c();',
  ]);
});

it('keeps marks for bundlers and text in templates, and drops comments and indentation', async () => {
  const source =
    'const f = () => 1;\n// why\nconst a = /* @__PURE__ */ f();\nconst t = `\n\n  // two\n    lines`;';
  expect(lines(await made(source))).toEqual([
    'const f = () => 1;',
    'const a = /* @__PURE__ */ f();',
    'const t = `',
    '',
    '  // two',
    '    lines`;',
  ]);
});

it('leaves the names of what cannot be a script, and finds no fault with a program', async () => {
  const source = '#!/usr/bin/env node\nconst here = (where) => where + import.meta.url;\nhere(1);';
  expect((await made(source)).text).toContain('const here = (where) => where + import.meta.url;');
});

it('leads from each place to where it came from', async () => {
  const source = 'function outer(value) {\n\n  if (value) {\n    throw new Error(value);\n  }\n}\n';
  const { text, map } = await made(`import "./a.js";\n${source}export { outer };`);
  const line = text.split('\n').findIndex((one) => one.startsWith('throw'));
  const found = new SourceMap(JSON.parse(map)).findEntry(
    line,
    text.split('\n')[line].indexOf('Error'),
  );
  expect(found).toMatchObject({ originalSource: 'file.ts', originalLine: 4, originalColumn: 14 });
});
