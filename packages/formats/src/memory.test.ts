import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundle } from './checks/node/bundle.ts';

const SIZE = 256;
const folder = mkdtempSync(join(tmpdir(), 'addax-memory-'));
const script = bundle('transfer-weights');

afterAll(() => {
  script.remove();
  rmSync(folder, { recursive: true });
});

function transfer(direction: string, count: number): { idle: number; peak: number } {
  const path = join(folder, direction.replace(/.*-/, 'weights.'));
  const child = spawnSync(
    process.execPath,
    [script.path, direction, path, String(SIZE), String(count)],
    { encoding: 'utf8' },
  );
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as { idle: number; peak: number };
}

describe('256 MB of weights', () => {
  it.each([
    ['save-keras', 4],
    ['load-keras', 4],
    ['save-safetensors', 1],
    ['load-safetensors', 1],
  ])(
    '%s in %d arrays within 1.15 times their size and 100 MB',
    (direction, count) => {
      const { idle, peak } = transfer(direction, count);
      expect(peak - idle).toBeLessThan(1.15 * SIZE + 100);
    },
    60_000,
  );
});
