/**
 * `npm run matrix`: runs every available backend's samples and writes `docs/backends.md`. With
 * `--check` it fails instead if the page does not say of the reference what the code does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Backend, backends, getBackend, setBackend } from '@addax/core';
import cpu from '@addax/backend-cpu';
import { matrixDifferences, matrixMarkdown, opErrors } from './matrix.ts';

const path = fileURLToPath(new URL('../../../docs/backends.md', import.meta.url));
const reference = cpu.createSync!();
const column = async (backend: Backend) => ({
  backend,
  errors: await opErrors(backend, reference),
});

if (process.argv.includes('--check')) {
  const now = matrixMarkdown([await column(cpu.createSync!())]);
  const differences = matrixDifferences(readFileSync(path, 'utf8'), now);
  if (differences.length > 0) {
    console.error('docs/backends.md is not what the code says; run `npm run matrix`');
    for (const difference of differences) console.error(`  ${difference}`);
    process.exitCode = 1;
  }
} else {
  const columns = [];
  for (const { name, available } of (await backends()).toReversed()) {
    if (!available) continue;
    await setBackend(name);
    columns.push(await column(getBackend()));
  }
  writeFileSync(path, matrixMarkdown(columns));
  console.log(`${path}: ${columns.map(({ backend }) => backend.name).join(', ')}`);
}
