import { afterAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';

const SIZE = 256;
const folder = mkdtempSync(join(tmpdir(), 'addax-model-memory-'));
const program = bundle(new URL('transfer-model.ts', import.meta.url));

afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true });
});

function run(direction: string, path: string): string {
  const child = spawnSync(process.execPath, [program.path, direction, path, String(SIZE)], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return child.stdout;
}

it('a model of 256 MB is loaded, then saved, within its own size, 0.15 times that and 100 MB', () => {
  const path = join(folder, 'model.keras');
  run('make', path);
  type Report = Readonly<Record<'idle' | 'loaded' | 'saved' | 'output', number>>;
  const { idle, loaded, saved, output } = JSON.parse(run('transfer', path)) as Report;
  console.log(
    `idle ${idle.toFixed()} MB, after loading at most ${loaded.toFixed()} MB, after saving at most ` +
      `${saved.toFixed()} MB`,
  );
  // Each layer of 4096 units adds up its inputs, halved.
  expect(output / 2048 ** 3).toBeCloseTo(1, 5);
  expect(loaded - idle).toBeLessThan(1.15 * SIZE + 100);
  expect(saved - idle).toBeLessThan(1.15 * SIZE + 100);
}, 120_000);
