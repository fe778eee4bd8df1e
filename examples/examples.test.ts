import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const HELPERS = ['settings.ts', 'digits.ts', 'slow-backend.ts'];
const EXAMPLES = readdirSync(FOLDER).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !HELPERS.includes(file),
);

/** What an example must have printed, besides ending well. */
const PRINTS: Readonly<Record<string, RegExp>> = {
  'argsort.ts': /layer .* s, loss .*low level .* s, loss/s,
  'binary.ts': /loss 0\.\d+, accuracy 0\.\d+/,
  'from-python.ts': /from Python: accuracy 1\.000.*loss .* -> .*saved as tuned/s,
  'demo.ts': /Backend (cpu|slow).*Test accuracy.*predicted \d, labelled \d.*demo-history\.json/s,
};

function run(file: string, preload: readonly string[]): string {
  const cwd = mkdtempSync(join(tmpdir(), 'addax-example-'));
  const tsx = join(FOLDER, '../node_modules/tsx/dist/loader.mjs');
  const imports = ['--import', tsx, ...preload.flatMap((path) => ['--import', path])];
  const args = [...imports, '--conditions=@addax/source', join(FOLDER, file)];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ADDAX_EXAMPLE: 'quick', ADDAX_BACKEND: 'cpu' },
  });
  rmSync(cwd, { recursive: true });
  if (status !== 0) throw new Error(`${file} ended with ${String(status)}:\n${stdout}\n${stderr}`);
  return stdout;
}

describe('examples', () => {
  it.each(EXAMPLES)(
    '%s runs',
    (file) => {
      expect(run(file, [])).toMatch(PRINTS[file] ?? /\d/);
    },
    180_000,
  );

  it.each(EXAMPLES)(
    '%s runs on a slow asynchronous backend',
    (file) => {
      const slow = join(FOLDER, 'slow-backend.ts');
      expect(run(file, [slow])).toMatch(PRINTS[file] ?? /\d/);
    },
    180_000,
  );
});
