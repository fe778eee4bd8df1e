/**
 * `npm run matrix`: runs every available backend's samples and writes `docs/backends.md`. With
 * `--check` it fails instead if the page does not say of the reference what the code does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { backends, getBackend, setBackend } from '@addax/core';
import cpu from '@addax/backend-cpu';
import { type MatrixColumn, matrixDifferences, matrixMarkdown, opErrors } from './matrix.ts';

const path = fileURLToPath(new URL('../../../docs/backends.md', import.meta.url));
const reference = cpu.createSync!({ dialect: 'js' });

type Options = Readonly<Record<string, string | boolean>>;

/** Options that make a column say what the backend itself computes. */
const COLUMNS: Readonly<Record<string, readonly (readonly [name: string, options: Options])[]>> = {
  cpu: [
    ['cpu (js)', { dialect: 'js' }],
    ['cpu (wasm)', { dialect: 'wasm' }],
  ],
  onnx: [['onnx', { forceOnnx: true }]],
};

async function columnsOf(backend: string): Promise<MatrixColumn[]> {
  const columns: MatrixColumn[] = [];
  for (const [name, options] of COLUMNS[backend] ?? [[backend, {}]]) {
    await setBackend(backend, options);
    const made = getBackend();
    columns.push({ name, backend: made, errors: await opErrors(made, reference) });
  }
  return columns;
}

if (process.argv.includes('--check')) {
  const differences = matrixDifferences(
    readFileSync(path, 'utf8'),
    matrixMarkdown(await columnsOf('cpu')),
  );
  if (differences.length > 0) {
    console.error('docs/backends.md is not what the code says; run `npm run matrix`');
    for (const difference of differences) console.error(`  ${difference}`);
    process.exitCode = 1;
  }
} else {
  const columns: MatrixColumn[] = [];
  for (const { name, available } of (await backends()).toReversed()) {
    if (available) columns.push(...(await columnsOf(name)));
  }
  writeFileSync(path, matrixMarkdown(columns));
  console.log(`${path}: ${columns.map(({ name }) => name).join(', ')}`);
}
