import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SAVED = join(ROOT, 'examples/from-python');

/** What the guide takes for granted: data, and the files that Python made. */
const BEFORE = `
import { tensor } from '@addax/frontend';
const x = tensor(Float32Array.from({ length: 800 }, (_, i) => Math.sin(i)), [400, 2]);
const y = tensor(Int32Array.from({ length: 400 }, (_, i) => i % 2));
`;
const AFTER = `
console.log('scaled', (await scaled.predict(x, { verbose: 0 })).shape, scaled.layers.at(-1).startValue);
`;

/** A program in a folder of its own, where the packages are installed. */
function run(program: string): { stdout: string; stderr: string; files: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'addax-guide-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  copyFileSync(join(SAVED, 'spirals.keras'), join(folder, 'model.keras'));
  copyFileSync(join(SAVED, 'scaled.keras'), join(folder, 'scaled.keras'));
  copyFileSync(join(SAVED, 'lambda.keras'), join(folder, 'lambda.keras'));
  writeFileSync(join(folder, 'program.mts'), program);
  const tsx = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', tsx, '--conditions=@addax/source', 'program.mts'],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, ADDAX_BACKEND: 'cpu' } },
  );
  const files = readdirSync(folder);
  rmSync(folder, { recursive: true });
  return { stdout, stderr, files };
}

/** What a program prints that fails to load a file. */
function messageOf(call: string): string {
  return run(`
    import { loadModel } from '@addax/frontend';
    await ${call}.catch((error) => console.log(error.message));
  `).stdout.trim();
}

describe('the guide for those who come from Python', () => {
  it('runs as it stands', () => {
    const guide = readFileSync(join(ROOT, 'docs/guide/from-python.md'), 'utf8');
    const snippets = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, snippet]) => snippet);
    expect(snippets).toHaveLength(3);
    const { stdout, stderr, files } = run([BEFORE, ...snippets, AFTER].join('\n'));
    expect(stderr).toBe('');
    expect(stdout).toMatch(/scaled \[ 400, 3 \] 2/);
    expect(files).toContain('better.keras');
    expect(files).toContain('best-01.keras');
  }, 120_000);

  it('has errors that help along', () => {
    expect(messageOf("loadModel('gone.keras')")).toMatch(
      /^there is no file "gone.keras"; looked for \/.*gone.keras\.$/,
    );
    expect(messageOf("loadModel('scaled.keras')")).toMatch(
      /class "Scale" of package "my".*registerSerializable\(Scale, \{ package: 'my', name: 'Scale' \}\)/,
    );
    expect(messageOf("loadModel('lambda.keras')")).toMatch(
      /Python lambda.*never run.*register_keras_serializable/,
    );
  }, 120_000);
});
