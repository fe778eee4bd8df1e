/**
 * `npm run example NAME`: runs `examples/NAME.ts` on the sources, without a build; a folder with a page
 * is served, at an address of this machine alone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const folder = join(import.meta.dirname, '../examples');
const [name, ...options] = process.argv.slice(2);
const file = join(folder, `${name}.ts`);
const isPage = (entry) => existsSync(join(folder, entry, 'index.html'));

if (name === undefined || !(existsSync(file) || isPage(name))) {
  const known = readdirSync(folder)
    .filter((entry) => (entry.endsWith('.ts') && !entry.endsWith('.test.ts')) || isPage(entry))
    .map((entry) => `  ${entry.replace(/\.ts$/, '')}`);
  console.error(name === undefined ? 'Name an example:' : `There is no example "${name}". Known:`);
  console.error(known.join('\n'));
  process.exit(1);
}

const vite = join(import.meta.dirname, '../node_modules/vite/bin/vite.js');
const { status } = spawnSync(
  process.execPath,
  isPage(name)
    ? [vite, join(folder, name), '--clearScreen', 'false', '--logLevel', 'info', ...options]
    : ['--import', 'tsx', '--conditions=@addax/source', file, ...options],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
