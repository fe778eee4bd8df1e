import { expect, it } from '@jest/globals';
import { build } from 'esbuild';

import { markPureCalls, markPureNamespaces } from './pure-calls.mjs';

it('marks calls that make initial values, inner ones too', () => {
  expect(markPureCalls('a.ts', 'export const a = f(g(1)), b = new Map();')).toBe(
    'export const a = /* @__PURE__ */ f(/* @__PURE__ */ g(1)), b = /* @__PURE__ */ new Map();',
  );
});

it('marks static members but nothing that runs later', () => {
  const text = 'class A { static x = f(); y = f(); z() { return f(); } }\nconst g = () => f();';
  expect(markPureCalls('a.ts', text)).toBe(text.replace('x = f()', 'x = /* @__PURE__ */ f()'));
});

it('leaves statements that are there for their effect', () => {
  expect(markPureCalls('a.ts', 'register(a());')).toBe('register(a());');
});

async function bundled(contents, files) {
  const resolve = {
    name: 'memory',
    setup(context) {
      context.onResolve({ filter: /^mem:/ }, ({ path }) => ({ path, namespace: 'memory' }));
      context.onLoad({ filter: /.*/, namespace: 'memory' }, ({ path }) => ({
        contents: files[path],
      }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents },
    plugins: [resolve],
    bundle: true,
    format: 'esm',
    write: false,
  });
  return outputFiles[0].text;
}

it('lets a second bundling drop a namespace that nobody uses, and keep one that is used', async () => {
  const text = await bundled("export * as layers from 'mem:layers'; export const one = 1;", {
    'mem:layers': 'export const dense = "the dense layer";',
  });
  const files = { 'mem:lib': markPureNamespaces(text) };
  const place = (all) => all.split('\n').findIndex((line) => line.startsWith('var one'));
  expect(place(files['mem:lib'])).toBe(place(text));
  const without = await bundled("import { one } from 'mem:lib'; globalThis.x = one;", files);
  expect(without).not.toContain('the dense layer');
  const used = await bundled(
    "import { layers } from 'mem:lib'; globalThis.x = layers.dense;",
    files,
  );
  await import(`data:text/javascript,${encodeURIComponent(used)}`);
  expect(globalThis.x).toBe('the dense layer');
});

it('makes a namespace after those that it holds', async () => {
  const text = await bundled("export * as outer from 'mem:outer';", {
    'mem:outer': "export * as inner from 'mem:inner'; export const one = 1;",
    'mem:inner': 'export const two = 2;',
  });
  const { outer } = await import(
    `data:text/javascript,${encodeURIComponent(markPureNamespaces(text))}`
  );
  expect(outer).toEqual({ inner: { two: 2 }, one: 1 });
});
