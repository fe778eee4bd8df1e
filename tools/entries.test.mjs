import { expect, it } from '@jest/globals';

import { entriesOf } from './entries.mjs';

it('builds every file that exports or imports name, once', () => {
  const manifest = {
    exports: {
      '.': {
        '@addax/source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
      './package.json': './package.json',
    },
    imports: {
      '#platform': {
        '@addax/source': { browser: './src/platform-browser.ts', default: './src/index.ts' },
        browser: './dist/platform-browser.js',
        'module-sync': './dist/index.js',
        default: './dist/deep/platform-node.js',
      },
    },
  };
  expect(entriesOf(manifest)).toEqual([
    './src/index.ts',
    './src/platform-browser.ts',
    './src/deep/platform-node.ts',
  ]);
});

it('builds the programs of a package too', () => {
  const manifest = { bin: { one: './dist/cli.js', two: 'dist/tools/two.js' } };
  expect(entriesOf(manifest)).toEqual(['./src/cli.ts', './src/tools/two.ts']);
});
