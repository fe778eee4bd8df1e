/** What users pay for the package itself: import time of the packed frontend, minimal bundle. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { median } from './measure.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = ['core', 'codegen', 'backend-cpu', 'frontend'];
const RUNS = 21;

/** CPU milliseconds of importing the packed frontend above a bare `node`, median of many. */
export function importTime(): number {
  execFileSync('npx', ['nx', 'run-many', '-t', 'build'], { cwd: ROOT, stdio: 'ignore' });
  const folder = mkdtempSync(join(tmpdir(), 'addax-import-'));
  try {
    for (const name of PACKAGES) {
      execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
        cwd: join(ROOT, 'packages', name),
      });
    }
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
    const paths = tarballs.map((file) => `./${file}`);
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', ...paths], {
      cwd: folder,
    });
    writeFileSync(join(folder, 'with.mjs'), programOf("await import('@addax/frontend');"));
    writeFileSync(join(folder, 'bare.mjs'), programOf(''));
    const differences: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      differences.push(cpuOf(folder, 'with.mjs') - cpuOf(folder, 'bare.mjs'));
    }
    return median(differences);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function programOf(line: string): string {
  return `${line}\nconst { user, system } = process.cpuUsage();\nconsole.log(user + system);\n`;
}

function cpuOf(folder: string, file: string): number {
  // Certificates of the machine's own take Node longer to read than all of a package, and unevenly.
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: '' };
  const { stdout } = spawnSync(process.execPath, [file], { cwd: folder, env, encoding: 'utf8' });
  return Number(stdout) / 1000;
}
