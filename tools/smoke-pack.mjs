/** Uses the packed packages as an ESM, a CommonJS and a TypeScript user would. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { runIn, withPackedPackages } from './packed.mjs';

const root = join(import.meta.dirname, '..');

/** The oldest compiler that must read our declarations, and the newest. */
const COMPILERS = ['typescript-5.5', 'typescript-7'];

withPackedPackages((folder, count) => {
  cpSync(join(root, 'tools/smoke'), folder, { recursive: true });
  for (const file of ['esm.mjs', 'commonjs.cjs']) {
    const said = runIn(folder, process.execPath, [file]).trim();
    if (said !== 'trained') throw new Error(`${file} printed ${said}`);
  }
  for (const name of COMPILERS) {
    const compiler = join(root, 'node_modules', name, 'bin/tsc');
    runIn(folder, process.execPath, [compiler, '-p', '.', '--module', 'nodenext']);
    const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler'];
    runIn(folder, process.execPath, [compiler, '-p', '.', ...bundler]);
  }
  console.log(`smoke: ${count} tarballs work from ESM, CommonJS and ${COMPILERS.join(', ')}`);
});
