/** Packs the public packages and installs the tarballs in an empty folder, as a user would have them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname, '..');
const PACKAGES = ['core', 'codegen', 'backend-cpu', 'formats', 'frontend'];

/** Runs a program in `folder` and returns what it printed; its complaints go to the terminal. */
export function runIn(folder, file, args) {
  return execFileSync(file, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/**
 * Calls `use(folder, count)` with a folder where the tarballs are installed, then removes it.
 * Needs a build (`npm run build`); nothing comes from the network.
 */
export function withPackedPackages(use) {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  try {
    for (const name of PACKAGES) {
      const from = join(root, 'packages', name);
      runIn(from, 'npm', ['pack', '--silent', '--pack-destination', folder]);
    }
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const tarballs = readdirSync(folder)
      .filter((file) => file.endsWith('.tgz'))
      .map((file) => `./${file}`);
    runIn(folder, 'npm', ['install', '--silent', '--offline', '--no-audit', ...tarballs]);
    return use(folder, tarballs.length);
  } catch (error) {
    if (error.stdout) process.stdout.write(error.stdout);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
