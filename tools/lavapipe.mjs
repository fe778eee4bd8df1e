/**
 * Gets Mesa's software Vulkan driver in a version that Dawn accepts, for `npm run setup` on Debian 12:
 * the distribution's own is too old. The package of its backports is unpacked into the user's
 * cache, beside the system's Mesa; the mirror is the one the machine uses already.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { VULKAN_CACHE } from './vulkan.mjs';

const FOLDER = join(VULKAN_CACHE, 'lavapipe');
const MANIFEST = join(VULKAN_CACHE, 'lavapipe.json');

function output(command, options, cwd) {
  const { status, stdout } = spawnSync(command, options, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return status === 0 ? stdout : undefined;
}

/** The first mirror among apt's sources that is not for security updates. */
function mirror() {
  const sites = output('apt-get', [
    'indextargets',
    '--format',
    '$(SITE) $(CODENAME)',
    'Created-By: Packages',
  ]);
  const lines = (sites ?? '').split('\n').filter((line) => !line.includes('security'));
  const [site, codename] = (lines.find((line) => /^\S+ \w+$/.test(line)) ?? '').split(' ');
  return site && codename ? { site, codename } : undefined;
}

/**
 * Downloads and unpacks the driver.
 *
 * @returns {string | undefined} its manifest, if all went well
 */
export function installLavapipe() {
  const found = mirror();
  if (found === undefined) return undefined;
  const work = join(VULKAN_CACHE, 'apt');
  for (const folder of ['lists/partial', 'cache/archives/partial', 'packages']) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  const list = join(work, 'backports.list');
  const suite = `${found.codename}-backports`;
  writeFileSync(list, `deb ${found.site} ${suite} main\n`);
  const options = [
    ['Dir::Etc::SourceList', list],
    ['Dir::Etc::SourceParts', '/dev/null'],
    ['Dir::State::Lists', join(work, 'lists')],
    ['Dir::Cache', join(work, 'cache')],
    ['APT::Sandbox::User', 'root'],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const packages = join(work, 'packages');
  const target = `mesa-vulkan-drivers/${suite}`;
  if (output('apt-get', ['-qq', ...options, 'update']) === undefined) return undefined;
  if (output('apt-get', ['-qq', ...options, 'download', target], packages) === undefined) {
    return undefined;
  }
  const [archive] = readdirSync(packages).filter((name) => name.endsWith('.deb'));
  rmSync(FOLDER, { recursive: true, force: true });
  if (output('dpkg-deb', ['-x', join(packages, archive), FOLDER]) === undefined) return undefined;
  rmSync(work, { recursive: true });
  const library = readdirSync(join(FOLDER, 'usr/lib'), { recursive: true }).find((path) =>
    path.endsWith('libvulkan_lvp.so'),
  );
  if (library === undefined) return undefined;
  const icd = { api_version: '1.3.0', library_path: join(FOLDER, 'usr/lib', library) };
  writeFileSync(MANIFEST, JSON.stringify({ file_format_version: '1.0.0', ICD: icd }));
  return MANIFEST;
}
