import { afterAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundle } from './checks/node/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'addax-lazy-'));

afterAll(() => rmSync(folder, { recursive: true }));

it('loads neither the HDF5 nor the zip library until a file needs it', () => {
  // In this folder neither library can be found: an import at the start would fail.
  const script = bundle('read-safetensors', folder);
  const { stdout, stderr } = spawnSync(process.execPath, [script.path], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout.trim()).toBe('x');
});
