/**
 * Packs the public packages, installs the tarballs in an empty folder, and uses them there as an
 * ESM, a CommonJS and a TypeScript user would, and from the command line. Needs a build (`npm run build`).
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'smoke-'));
const PACKAGES = [
  'core',
  'codegen',
  'backend-cpu',
  'onnx',
  'backend-onnx',
  'formats',
  'frontend',
  'cli',
];

/** The oldest compiler that must read our declarations, and the newest. */
const COMPILERS = ['typescript-5.5', 'typescript-7'];

/** Runs a program and returns what it printed; if it fails, shows that. */
function run(file, args, cwd = folder) {
  try {
    return execFileSync(file, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    process.stderr.write(error.stdout ?? '');
    throw new Error(`${file} ${args.join(' ')} failed`, { cause: error });
  }
}

function install() {
  for (const name of PACKAGES) {
    const from = join(root, 'packages', name);
    run('npm', ['pack', '--silent', '--pack-destination', folder], from);
  }
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const tarballs = readdirSync(folder)
    .filter((file) => file.endsWith('.tgz'))
    .map((file) => `./${file}`);
  run('npm', ['install', '--silent', '--prefer-offline', '--no-audit', ...tarballs]);
  cpSync(join(root, 'tools/smoke'), folder, { recursive: true });
}

try {
  install();
  for (const file of ['esm.mjs', 'commonjs.cjs']) {
    const said = run(process.execPath, [file]).trim();
    if (said !== 'trained') throw new Error(`${file} printed ${said}`);
  }
  const said = run('npx', ['--no', 'addax', 'inspect', 'model.keras', '--json']);
  const { total } = JSON.parse(said).parameters;
  if (total !== 2) throw new Error(`addax inspect counts ${total} parameters instead of 2`);
  run('npx', ['--no', 'addax', 'convert', 'model.keras', 'model.safetensors']);
  for (const name of COMPILERS) {
    const compile = [join(root, 'node_modules', name, 'bin/tsc'), '-p', '.'];
    run(process.execPath, [...compile, '--module', 'nodenext']);
    run(process.execPath, [...compile, '--module', 'esnext', '--moduleResolution', 'bundler']);
  }
  console.log(
    `smoke: the packages work from the command line, ESM, CommonJS, ${COMPILERS.join(' and ')}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
