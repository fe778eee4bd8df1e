/** `npm run matrix`: runs every available backend's samples and writes `docs/backends.md`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { backends, getBackend, setBackend } from '@addax/core';
import cpu from '@addax/backend-cpu';
import { matrixMarkdown, opErrors } from './matrix.ts';

const reference = cpu.createSync!();
const columns = [];
for (const { name, available } of (await backends()).toReversed()) {
  if (!available) continue;
  await setBackend(name);
  const backend = getBackend();
  columns.push({ backend, errors: await opErrors(backend, reference) });
}
const path = fileURLToPath(new URL('../../../docs/backends.md', import.meta.url));
writeFileSync(path, matrixMarkdown(columns));
console.log(`${path}: ${columns.map(({ backend }) => backend.name).join(', ')}`);
