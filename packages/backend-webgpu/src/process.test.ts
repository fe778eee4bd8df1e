import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const PROGRAM = fileURLToPath(new URL('testing/node/programs.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function run(name: string): { status: number | null; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--conditions=@addax/source', PROGRAM, name],
    { cwd: ROOT, encoding: 'utf8', timeout: 60_000 },
  );
  return { status, output: stdout, errors: stderr };
}

describe('a process ends by itself', () => {
  it.each([
    ['forgetful', '[1,2]'],
    ['hasty', '"left"'],
    ['restless', '"done"'],
    ['collected', '[5,5,5,5]'],
  ])('when its program is %s', (name, output) => {
    expect(run(name)).toMatchObject({ status: 0, output });
  });

  it('with the error that its program throws', () => {
    const { status, errors } = run('failing');
    expect(status).toBe(1);
    expect(errors).toMatch(/the program failed/);
  });
});

describe('memory that was destroyed', () => {
  it('goes back to the system though no work is submitted', () => {
    const { status, output } = run('storm');
    expect(status).toBe(0);
    // 600 values of 1 MiB passed through.
    expect(Number(output)).toBeLessThan(200);
  });
});
