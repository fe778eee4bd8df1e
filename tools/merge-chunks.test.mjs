import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { mergeChunks } from './merge-chunks.mjs';

const folder = mkdtempSync(join(tmpdir(), 'merge-chunks-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(files) {
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

it('leaves one file of shared code, and late files late', async () => {
  const sources = {
    'package.json': '{ "type": "module" }',
    'both.js': 'export class Both {}; export const name = "both";',
    'pair.js': 'export const pair = ["a", "b"];',
    'late.js': 'import { Both } from "./both.js"; export const made = new Both();',
    'a.js':
      'import { Both } from "./both.js"; import { pair } from "./pair.js"; export { Both, pair };' +
      'export const later = async () => (await import("./late.js")).made;',
    'b.js': 'export { Both as Other, name } from "./both.js";',
    'deep/c.js': 'export { pair as two } from "../pair.js";',
  };
  write(Object.entries(sources).map(([name, text]) => ({ path: join(folder, name), text })));
  const dist = join(folder, 'dist');
  const options = { format: 'esm', platform: 'neutral' };
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: ['a.js', 'b.js', 'deep/c.js'].map((name) => join(folder, name)),
    outbase: folder,
    outdir: dist,
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    write: false,
    metafile: true,
  });
  write(outputFiles);
  const outputs = Object.entries(metafile.outputs);
  const built = Object.fromEntries(outputs.map(([path, output]) => [resolve(path), output]));
  write(await mergeChunks(dist, join(dist, 'a.js'), built, options));

  const chunks = readdirSync(dist).filter((name) => /^(chunk|shared)/.test(name));
  expect(chunks).toEqual([expect.stringMatching(/^chunk-/), 'shared.js']);
  const load = async (name) => import(pathToFileURL(join(dist, name)).href);
  const [a, b, c] = [await load('a.js'), await load('b.js'), await load('deep/c.js')];
  expect(b.Other).toBe(a.Both);
  expect(b.name).toBe('both');
  expect(c.two).toBe(a.pair);
  expect(await a.later()).toBeInstanceOf(a.Both);
});
