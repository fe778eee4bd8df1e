import { SourceMap } from 'node:module';
import { expect, it } from '@jest/globals';
import { transform } from 'esbuild';

import { compact } from './compact.mjs';

async function made(source, path = '/dist/file.js') {
  const { code, map } = await transform(source, { sourcemap: 'external', sourcefile: 'file.ts' });
  return compact(path, code, map);
}

it('shortens names in functions, and keeps names of the module, of methods and of exports', async () => {
  const source = `
    import { outer } from './other.js';
    function product(factors) { return factors.reduce((left, right) => left * right, outer); }
    class Sum { total(terms) { return terms.length; } }
    export { product, Sum as Total };`;
  const { text } = await made(source);
  expect(text).toContain('import{outer}from"./other.js"\n');
  expect(text).toMatch(/function product\(\w\)\{return \w\.reduce\(\(\w,\w\)=>\w\*\w,outer\)\}/);
  expect(text).toContain('class Sum{total(');
  expect(text).toContain('export{product,Sum as Total}');
});

it('keeps marks for bundlers and text in templates, and drops comments and spaces', async () => {
  const source =
    'const f = () => 1;\n// why\nexport const a = /* @__PURE__ */ f();\n' +
    'export const t = `\n\n  // two\n    lines`; export const g = () => import(/* @vite-ignore */ a);';
  const { text } = await made(source);
  expect(text).toContain('a=/* @__PURE__ */f()');
  expect(text).toContain('t=`\\n\\n  // two\\n    lines`');
  expect(text).toMatch(/import\(\s*\/\*\s*@vite-ignore\s*\*\/\s*a\)/);
  expect(text).not.toContain('why');
});

it('finds no fault with a program', async () => {
  const source = '#!/usr/bin/env node\nconst here = (where) => where + import.meta.url;\nhere(1);';
  expect((await made(source)).text).toMatch(/^#!\/usr\/bin\/env node\nconst here=\w=>\w\+import/);
});

it('leads from each place to where it came from', async () => {
  const source = 'function outer(value) {\n\n  if (value) {\n    throw new Error(value);\n  }\n}\n';
  const { text, map } = await made(`import "./a.js";\n${source}export { outer };`);
  const all = text.split('\n');
  const line = all.findIndex((one) => one.includes('throw'));
  const found = new SourceMap(JSON.parse(map)).findEntry(line, all[line].indexOf('Error'));
  expect(found).toMatchObject({ originalSource: 'file.ts', originalLine: 4, originalColumn: 14 });
});
