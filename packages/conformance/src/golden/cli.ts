/**
 * `npm run golden -- --dir DIR [--backend NAME [--options JSON]] [--group ops/nn]… [--json OUT]
 * [--allow-failures FILE] [--verbose]`: runs a folder of golden data through the public API.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type BackendOptions, getBackend, setBackend } from '@addax/core';
import { isAllowed, readAllowed } from './allow.ts';
import { type GroupReport, runGroup, selectGroups } from './run.ts';

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: 'packages/conformance/golden' },
    backend: { type: 'string' },
    options: { type: 'string', default: '{}' },
    group: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    'allow-failures': { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

// Values recorded from Keras are compared with the reference, unless another dialect is asked for.
process.env['ADDAX_CPU_DIALECT'] ||= 'js';

if (values.backend !== undefined) {
  await setBackend(values.backend, JSON.parse(values.options) as BackendOptions);
}
const backend = getBackend().name;
const groups: Record<string, GroupReport> = {};
const allowed = readAllowed(
  values['allow-failures'] === undefined ? '' : readFileSync(values['allow-failures'], 'utf8'),
);
let unexpected = 0;
const names = selectGroups(values.dir, values.group);
if (names.length === 0) throw new Error(`no golden group of ${values.dir} matches`);
for (const name of names) {
  const report = await runGroup(values.dir, name);
  groups[name] = report;
  const bad = report.failures.filter(({ id }) => !isAllowed(allowed, name, id));
  unexpected += bad.length;
  console.log(`${name.padEnd(26)} ${report.passed}/${report.total}`);
  for (const { id, reason } of values.verbose ? report.failures : bad.slice(0, 10)) {
    console.log(`    ${id}: ${reason}`);
  }
  if (!values.verbose && bad.length > 10) console.log(`    … and ${bad.length - 10} more`);
}
const reports = Object.values(groups);
const passed = reports.reduce((sum, report) => sum + report.passed, 0);
const total = reports.reduce((sum, report) => sum + report.total, 0);
console.log(`${'all'.padEnd(26)} ${passed}/${total} on ${backend}`);
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ backend, groups }, null, 2)}\n`);
}
process.exitCode = unexpected === 0 ? 0 : 1;
