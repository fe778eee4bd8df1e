/**
 * `npm run setup`: installs the system parts that test lanes need beyond `npm ci`. On Debian and its
 * kin, root gets them from the machine's own package sources; everybody else is told what to install.
 * What is there already is left alone. A lane that needs a part adds its row here.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

import { findChromium } from './chromium.mjs';

/**
 * @type {readonly {
 *   lane: string,
 *   present: () => boolean,
 *   apt: readonly string[],
 *   elsewhere: string,
 * }[]}
 */
const PARTS = [
  {
    lane: 'chromium',
    present: () => findChromium().ok,
    apt: ['chromium'],
    elsewhere: 'install Chromium or Chrome; ADDAX_CHROMIUM=/path/to/it names one in an odd place',
  },
];

function apt(...options) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', ['-qq', ...options], { stdio: 'inherit', env });
  return status === 0;
}

const missing = PARTS.filter(({ present }) => !present());
for (const { lane } of PARTS.filter((part) => !missing.includes(part))) {
  console.log(`${lane}: already there`);
}
if (missing.length > 0) {
  const isRoot = process.getuid?.() === 0;
  const hasApt = spawnSync('apt-get', ['--version']).status === 0;
  if (isRoot && hasApt) {
    const packages = missing.flatMap((part) => part.apt);
    console.log(`installing ${packages.join(', ')}`);
    // A source that does not answer need not be the one that is wanted: the installation decides.
    apt('update');
    apt('install', '--yes', '--no-install-recommends', ...packages);
  }
  for (const { lane, present, elsewhere, apt: packages } of missing) {
    if (present()) console.log(`${lane}: installed`);
    else console.log(`${lane}: ${elsewhere} (Debian: apt-get install ${packages.join(' ')})`);
  }
}
