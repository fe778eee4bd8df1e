/**
 * What `import '@addax/frontend'` costs from the packed packages: medians of CPU milliseconds of a
 * Node process with the import and of one without, as JSON. The two kinds of run alternate, so
 * that a busy machine weighs on both alike. Needs a build (`npm run build`).
 */
import process from 'node:process';

import { runIn, withPackedPackages } from './packed.mjs';

const RUNS = 10;
const REPORT = 'const u = process.cpuUsage(); console.log((u.user + u.system) / 1000);';

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

withPackedPackages((folder) => {
  const milliseconds = (program) =>
    Number(runIn(folder, process.execPath, ['--input-type=module', '--eval', program]));
  const bare = [];
  const imported = [];
  for (let run = 0; run < RUNS; run++) {
    bare.push(milliseconds(REPORT));
    imported.push(milliseconds(`import '@addax/frontend'; ${REPORT}`));
  }
  const cost = median(imported) - median(bare);
  console.log(JSON.stringify({ bare: median(bare), imported: median(imported), cost, runs: RUNS }));
});
