/** `npm run example NAME`: runs `examples/NAME.ts` on the sources, without a build. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const folder = join(import.meta.dirname, '../examples');
const [name, ...options] = process.argv.slice(2);
const file = join(folder, `${name}.ts`);

if (name === undefined || !existsSync(file)) {
  const known = readdirSync(folder)
    .filter((entry) => entry.endsWith('.ts') && !entry.endsWith('.test.ts'))
    .map((entry) => `  ${entry.slice(0, -'.ts'.length)}`);
  console.error(name === undefined ? 'Name an example:' : `There is no example "${name}". Known:`);
  console.error(known.join('\n'));
  process.exit(1);
}

const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', '--conditions=@addax/source', file, ...options],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
