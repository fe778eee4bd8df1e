/**
 * `npm run setup`: installs the system parts that test lanes need beyond `npm ci`. On Debian and its
 * kin, root gets them from the machine's own package sources; everybody else is told what to install.
 * What is there already is left alone. A lane that needs a part adds its row here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { findChromium } from './chromium.mjs';
import { installLavapipe } from './lavapipe.mjs';
import {
  CHOICE,
  driverEnvironment,
  probeVulkan,
  SWIFTSHADER,
  VULKAN_CACHE,
  vulkanEnvironment,
} from './vulkan.mjs';

/**
 * `finish` runs after the packages are there, for what a package alone does not give.
 *
 * @type {readonly {
 *   lane: string,
 *   present: () => boolean,
 *   apt: readonly string[],
 *   finish?: () => void,
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
  {
    lane: 'webgpu',
    present: () => existsSync(CHOICE) && probeVulkan().ok,
    apt: ['libvulkan1', 'mesa-vulkan-drivers'],
    finish: chooseVulkan,
    elsewhere:
      'install a Vulkan driver; VK_DRIVER_FILES=/path/to/its.json names one in an odd place',
  },
];

/** Tries drivers, the quickest to compile first, and notes the first that gives an adapter. */
function chooseVulkan() {
  if (process.env.VK_DRIVER_FILES) return;
  const icds = '/usr/share/vulkan/icd.d';
  const system = existsSync(icds)
    ? readdirSync(icds).filter((name) => name.startsWith('lvp_icd'))
    : [];
  const candidates = [
    ...system.map((name) => () => join(icds, name)),
    installLavapipe,
    () => SWIFTSHADER,
  ];
  for (const candidate of candidates) {
    const driver = candidate();
    if (driver === undefined || !existsSync(driver)) continue;
    if (!probeVulkan(driverEnvironment(driver)).ok) continue;
    note(driver);
    return;
  }
  // Neither software driver: perhaps the machine has a graphics card.
  if (probeVulkan({}).ok) note(null);
}

function note(driver) {
  mkdirSync(VULKAN_CACHE, { recursive: true });
  const draft = `${CHOICE}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ driver }));
  renameSync(draft, CHOICE);
}

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
  for (const { lane, present, finish, elsewhere, apt: packages } of missing) {
    finish?.();
    if (present()) console.log(`${lane}: installed`);
    else console.log(`${lane}: ${elsewhere} (Debian: apt-get install ${packages.join(' ')})`);
  }
}
const { VK_DRIVER_FILES: driver } = vulkanEnvironment();
if (driver !== undefined) console.log(`webgpu in Node runs on ${driver}`);
