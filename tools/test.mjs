/**
 * `npm test`: the whole suite, then every lane with what became of it. Tests on a GPU driver run in a
 * Jest process of their own: a driver that fails takes its process with it, but not the other lanes.
 * Arguments go to Jest (`npm test -- packages/core`), which then runs once.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { LANES, reportLanes, requiredLanes } from './lanes.mjs';
import { addTotals, parseTotals, totalsLine } from './totals.mjs';

const root = join(import.meta.dirname, '..');
const options = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'addax-test-'));

/** Tests that open a GPU adapter in Node, by their path. */
const GPU = '/(backend-webgpu/.*|webgpu[^/]*)\\.test\\.ts$';

const runs = (
  options.length > 0
    ? [options]
    : [[`--testPathIgnorePatterns=${GPU}`], [`--testPathPatterns=${GPU}`]]
).map((selection, i) => {
  const file = join(folder, `totals-${i}.json`);
  const { status } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      ...(process.env.CI ? ['--ci'] : []),
      ...selection,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ADDAX_TOTALS: file } },
  );
  return {
    status: status ?? 1,
    totals: parseTotals(existsSync(file) ? readFileSync(file, 'utf8') : ''),
  };
});
rmSync(folder, { recursive: true });

const { lines, problems } = await reportLanes(LANES, requiredLanes(process.env.ADDAX_REQUIRE));
console.log(
  options.length === 0 ? '\nLanes' : `\nLanes (only tests chosen by ${options.join(' ')})`,
);
for (const line of lines) console.log(`  ${line}`);
for (const line of problems) console.error(line);
const totals = addTotals(runs.map((run) => run.totals));
if (process.env.ADDAX_TOTALS) writeFileSync(process.env.ADDAX_TOTALS, JSON.stringify(totals));
console.log(totalsLine(totals));

const failed = runs.find(({ status }) => status !== 0);
process.exitCode = failed?.status ?? (problems.length > 0 ? 1 : 0);
