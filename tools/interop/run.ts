/**
 * The whole check of the exchange with Python: save here, open there, and back. Writes
 * results/BACKEND.json and docs/interop.md.
 *
 * Usage: node --import tsx --conditions=@addax/source tools/interop/run.ts PYTHON BACKEND [MODEL ...]
 * where PYTHON has keras, h5py, safetensors and the backend (tensorflow, jax or torch), as made by
 * tools/python-venv.sh. Without models it takes them all.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Results, writeReport } from './report.ts';

const here = dirname(fileURLToPath(import.meta.url));
const [python = 'python3', backend = 'tensorflow', ...models] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'interop-'));

function run(command: string, args: readonly string[]): string {
  const env = { ...process.env, KERAS_BACKEND: backend };
  return execFileSync(command, args, {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function script(name: string, more: readonly string[] = []): string {
  const options = ['--import', 'tsx', '--conditions=@addax/source'];
  return run(process.execPath, [...options, join(here, name), folder, ...more]);
}

try {
  script('save.ts', models);
  const there = JSON.parse(run(python, [join(here, 'check.py'), folder])) as Results & {
    readonly cases: Results['toPython'];
  };
  const back = JSON.parse(script('load.ts')) as { readonly cases: Results['fromPython'] };
  const { keras, cases: toPython } = there;
  const results: Results = { keras, backend: there.backend, toPython, fromPython: back.cases };
  const path = join(here, 'results', `${results.backend}.json`);
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  await writeReport();
} finally {
  rmSync(folder, { recursive: true });
}
