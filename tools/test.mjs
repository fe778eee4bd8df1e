/**
 * `npm test`: the whole suite in one Jest process, then every lane with what became of it.
 * Arguments go to Jest (`npm test -- packages/core`).
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

import { LANES, reportLanes, requiredLanes } from './lanes.mjs';

const root = join(import.meta.dirname, '..');
const options = process.argv.slice(2);

const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    ...(process.env.CI ? ['--ci'] : []),
    ...options,
  ],
  { cwd: root, stdio: 'inherit' },
);

const { lines, problems } = await reportLanes(LANES, requiredLanes(process.env.ADDAX_REQUIRE));
console.log(
  options.length === 0 ? '\nLanes' : `\nLanes (only tests chosen by ${options.join(' ')})`,
);
for (const line of lines) console.log(`  ${line}`);
for (const line of problems) console.error(line);

const code = jest.status ?? 1;
process.exitCode = code === 0 && problems.length > 0 ? 1 : code;
