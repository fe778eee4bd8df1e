import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import onnx from '@addax/backend-onnx';

const PROGRAMS = fileURLToPath(new URL('onnx-programs.ts', import.meta.url));

function run(name: string): { tenthMiB: number; endMiB: number } {
  const args = ['--expose-gc', '--import', 'tsx', '--conditions=@addax/source', PROGRAMS, name];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} failed:\n${stderr}`);
  return JSON.parse(stdout) as { tenthMiB: number; endMiB: number };
}

const probe = await onnx.probe();
const group = probe.ok ? describe : describe.skip;

group('memory of the onnx backend', () => {
  it('does not grow over 10,000 steps of a toy', () => {
    const { tenthMiB, endMiB } = run('trainingSteps');
    expect(endMiB).toBeLessThanOrEqual(tenthMiB + 10);
  }, 240_000);

  it('does not grow with models that come and go', () => {
    const { tenthMiB, endMiB } = run('manyModels');
    expect(endMiB).toBeLessThanOrEqual(tenthMiB + 100);
  }, 240_000);
});
