import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { dropUnusedLinks, linkedFiles, linkedImports } from './linked.mjs';
import { mergeChunks } from './merge-chunks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'linked-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BASE = {
  name: '@addax/base',
  exports: {
    '.': { default: './dist/index.js' },
    './ops': { default: './dist/ops.js' },
    './apart': { default: './dist/apart.js' },
    './shared': { default: './dist/shared.js' },
  },
  addax: { linked: ['.', './ops'] },
};
const OPTIONS = { format: 'esm', platform: 'neutral', bundle: true, write: false };

function write(files) {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Builds the package that others link. */
async function buildBase() {
  const place = join(folder, 'node_modules/@addax/base');
  write(
    Object.entries({
      'package.json': JSON.stringify({ ...BASE, type: 'module' }),
      'src/value.js': 'export class Value {}',
      'src/index.js': 'export { Value } from "./value.js"; export const add = "of the main entry";',
      'src/ops.js': 'import { Value } from "./value.js"; export const add = () => new Value();',
      'src/apart.js':
        'import { Value } from "./value.js"; export const isValue = (x) => x instanceof Value;',
    }).map(([name, text]) => [`node_modules/@addax/base/${name}`, text]),
  );
  const dist = join(place, 'dist');
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    entryPoints: ['index', 'ops', 'apart'].map((name) => join(place, `src/${name}.js`)),
    outdir: dist,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    metafile: true,
  });
  mkdirSync(dist);
  for (const { path, text } of outputFiles) writeFileSync(path, text);
  const outputs = Object.entries(metafile.outputs);
  const built = Object.fromEntries(outputs.map(([path, output]) => [resolve(path), output]));
  const common = { format: 'esm', platform: 'neutral' };
  const linked = linkedFiles(BASE, place);
  for (const { path, text } of await mergeChunks(
    dist,
    join(dist, 'index.js'),
    built,
    common,
    linked,
  )) {
    writeFileSync(path, text);
  }
  return dist;
}

it('joins entries in one file, and lets other packages import that file', async () => {
  const dist = await buildBase();
  const load = async (path) => import(pathToFileURL(path).href);
  const [main, ops, apart] = await Promise.all(
    ['index', 'ops', 'apart'].map((name) => load(join(dist, `${name}.js`))),
  );
  expect(Object.keys(main)).toEqual(['Value', 'add']);
  expect(main.add).toBe('of the main entry');
  expect(apart.isValue(ops.add())).toBe(true);
  expect(readFileSync(join(dist, 'index.js'), 'utf8')).toMatch(/add\$main as add/);
  expect(readFileSync(join(dist, 'ops.js'), 'utf8')).not.toContain('new Value');

  const manifest = {
    name: '@addax/user',
    dependencies: { '@addax/base': '1.0.0', other: '1.0.0' },
  };
  write([
    [
      'packages/user/src/index.js',
      'import * as ops from "@addax/base/ops"; import { add } from "@addax/base";' +
        'import { isValue } from "@addax/base/apart"; export const answer = [isValue(ops.add()), add];',
    ],
  ]);
  const { outputFiles } = await build({
    ...OPTIONS,
    entryPoints: [join(folder, 'packages/user/src/index.js')],
    outdir: join(folder, 'packages/user/dist'),
    packages: 'external',
    plugins: [linkedImports(manifest, join(folder, 'packages/user'))],
  });
  const { path } = outputFiles[0];
  const text = dropUnusedLinks(outputFiles[0].text);
  expect(text).toContain('add$ops');
  expect(text).not.toContain('Value$main');
  const addresses = [...text.matchAll(/from "([^"]+)"/g)].map(([, address]) => address);
  expect(new Set(addresses)).toEqual(new Set(['@addax/base/shared', '@addax/base/apart']));
  mkdirSync(dirname(path));
  writeFileSync(path, text);
  expect((await load(path)).answer).toEqual([true, 'of the main entry']);
});

it('drops names that nothing uses, and no line', () => {
  const text = `import {
  add$ops,
  sub$ops as sub$ops2,
  mul$ops,
  argmul$ops
} from "@addax/base/shared";
export const y = sub$ops2(add$ops, argmul$ops);`;
  expect(dropUnusedLinks(text)).toBe(
    `import { add$ops, sub$ops as sub$ops2, argmul$ops } from "@addax/base/shared";\n\n\n\n\n
export const y = sub$ops2(add$ops, argmul$ops);`,
  );
});
