import { describe, expect, it } from '@jest/globals';

import { findCycle, importProblem, importsOf } from './boundaries.mjs';

const problemsOf = (name, path, text) =>
  importsOf(path, text).map((found) => importProblem(name, path, found));

describe('boundaries', () => {
  it('sees static, dynamic and type-only imports and re-exports', () => {
    const text = [
      "import { a } from 'a';",
      "import type { B } from 'b';",
      "export * from 'c';",
      "const d = await import('d');",
      "let e: import('e').E;",
    ].join('\n');
    expect(importsOf('x.ts', text)).toEqual([
      { specifier: 'a', kind: 'static', line: 1 },
      { specifier: 'b', kind: 'type', line: 2 },
      { specifier: 'c', kind: 'static', line: 3 },
      { specifier: 'd', kind: 'dynamic', line: 4 },
      { specifier: 'e', kind: 'type', line: 5 },
    ]);
  });

  it('lets arrows go downward only', () => {
    expect(problemsOf('backend-cpu', 'src/a.ts', "import '@addax/core';")).toEqual([undefined]);
    expect(problemsOf('core', 'src/a.ts', "import '@addax/backend-cpu';")).toEqual([
      'must not import @addax/backend-cpu',
    ]);
  });

  it('keeps the formats out of the first import of the frontend', () => {
    expect(problemsOf('frontend', 'src/a.ts', "import '@addax/formats';")).toEqual([
      'may import @addax/formats only by import()',
    ]);
    expect(problemsOf('frontend', 'src/a.ts', "void import('@addax/formats');")).toEqual([
      undefined,
    ]);
  });

  it('keeps node modules in platform files', () => {
    const text = "import { readFile } from 'node:fs/promises';";
    expect(problemsOf('core', 'src/platform-node.ts', text)).toEqual([undefined]);
    expect(problemsOf('core', 'src/a.ts', text)[0]).toContain('browsers lack');
  });

  it('refuses a relative path out of the package', () => {
    expect(problemsOf('core', 'src/a/b.ts', "import '../c.ts';")).toEqual([undefined]);
    expect(problemsOf('core', 'src/a/b.ts', "import '../../package.json';")).toEqual([
      'leaves its package by ../../package.json',
    ]);
  });

  it('finds a cycle of manifests and names it', () => {
    expect(findCycle({ a: ['b'], b: ['c'], c: ['b'] })).toEqual(['b', 'c', 'b']);
    expect(findCycle({ a: ['b', 'c'], b: ['c'], c: [] })).toBeUndefined();
  });
});
