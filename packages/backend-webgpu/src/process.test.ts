import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const PROGRAM = fileURLToPath(new URL('testing/node/programs.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function run(
  name: string,
  environment: Readonly<Record<string, string>> = {},
): { status: number | null; output: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--conditions=@addax/source', PROGRAM, name],
    { cwd: ROOT, encoding: 'utf8', timeout: 60_000, env: { ...process.env, ...environment } },
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

describe('ADDAX_PROFILE', () => {
  interface TraceEvent {
    readonly name: string;
    readonly ts: number;
    readonly dur: number;
  }

  it('shows when the GPU was at work, where it has a clock', () => {
    const folder = mkdtempSync(join(tmpdir(), 'addax-'));
    const file = join(folder, 'trace.json');
    expect(run('collected', { ADDAX_PROFILE: file })).toMatchObject({ status: 0 });
    expect(existsSync(file)).toBe(true);
    const events = JSON.parse(readFileSync(file, 'utf8')) as TraceEvent[];
    rmSync(folder, { recursive: true });
    const named = (name: string): TraceEvent[] => events.filter((event) => event.name === name);
    const passes = named('pass of 1');
    // Five passes of one launch each; the last read has none.
    expect(passes).toHaveLength(5);
    expect(named('submit')).toHaveLength(6);
    passes.forEach(({ ts, dur }, i) => {
      expect(dur).toBeGreaterThanOrEqual(0);
      if (i > 0) expect(ts).toBeGreaterThanOrEqual(passes[i - 1].ts);
    });
  });
});
