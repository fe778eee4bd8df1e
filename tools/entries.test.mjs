import { expect, it } from '@jest/globals';

import { entriesOf } from './entries.mjs';

it('builds every source that exports or imports name, once', () => {
  const manifest = {
    exports: {
      '.': { '@addax/source': './src/index.ts', types: './dist/index.d.ts', default: './x.js' },
      './package.json': './package.json',
    },
    imports: {
      '#platform': {
        '@addax/source': { browser: './src/platform-browser.ts', default: './src/index.ts' },
        default: './dist/platform-node.js',
      },
    },
  };
  expect(entriesOf(manifest)).toEqual(['./src/index.ts', './src/platform-browser.ts']);
});

it('builds the programs of a package too', () => {
  const manifest = { bin: { one: './dist/cli.js', two: 'dist/tools/two.js' } };
  expect(entriesOf(manifest)).toEqual(['./src/cli.ts', './src/tools/two.ts']);
});
