/** Packs a package and runs publint and attw on the tarball: what is tested is what is published. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

process.chdir(process.argv[2] ?? '.');

const folder = mkdtempSync(join(tmpdir(), 'verify-'));
const bin = (name) => join(import.meta.dirname, '../node_modules/.bin', name);
const run = (file, ...args) =>
  execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  const [packed] = JSON.parse(run('npm', 'pack', '--json', '--pack-destination', folder));
  const unwanted = packed.files.filter(({ path }) => /(^|\/)golden\/|\.test\.ts$/.test(path));
  const data = unwanted.filter(({ path }) => !path.startsWith('src/') && !path.startsWith('dist/'));
  if (data.length > 0) {
    throw new Error(`${packed.name} would publish test data: ${data[0].path}`);
  }
  const tarball = join(folder, packed.filename);
  process.stdout.write(run(bin('publint'), tarball, '--strict'));
  process.stdout.write(
    run(bin('attw'), tarball, '--profile', 'esm-only', '--format', 'ascii', '--quiet'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
