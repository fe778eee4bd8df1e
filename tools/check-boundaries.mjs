/** Fails when a package imports what the arrows of `boundaries.mjs` forbid, or manifests form a cycle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { ARROWS, findCycle, importProblem, importsOf } from './boundaries.mjs';

const packages = join(import.meta.dirname, '../packages');
const problems = [];
const manifests = {};
let files = 0;

for (const name of readdirSync(packages)) {
  const manifest = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
  manifests[name] = ['dependencies', 'devDependencies', 'peerDependencies']
    .flatMap((field) => Object.keys(manifest[field] ?? {}))
    .filter((id) => id.startsWith('@addax/'))
    .map((id) => id.slice('@addax/'.length));
  if (ARROWS[name] === undefined) {
    problems.push(`packages/${name}: has no entry in ARROWS of tools/boundaries.mjs`);
    continue;
  }
  for (const path of readdirSync(join(packages, name, 'src'), {
    recursive: true,
    encoding: 'utf8',
  })) {
    if (!path.endsWith('.ts')) continue;
    files += 1;
    const inPackage = `src/${path}`;
    const text = readFileSync(join(packages, name, inPackage), 'utf8');
    for (const found of importsOf(path, text)) {
      const problem = importProblem(name, inPackage, found);
      if (problem) problems.push(`packages/${name}/${inPackage}:${found.line} ${problem}`);
    }
  }
}

const cycle = findCycle(manifests);
if (cycle) problems.push(`the manifests form a cycle: ${cycle.join(' -> ')}`);

for (const line of problems) console.error(line);
console.log(`boundaries: ${files} files, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
