import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { bundle } from './bundle.ts';

interface Report {
  readonly config: unknown;
  readonly paths: readonly string[];
  readonly variables: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  readonly losses: readonly [unknown, unknown];
}

function run(minify: boolean): { report: Report; code: string } {
  const program = bundle(new URL('minified-program.ts', import.meta.url), { minify });
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program.path], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return { report: JSON.parse(stdout) as Report, code: readFileSync(program.path, 'utf8') };
  } finally {
    program.remove();
  }
}

it('a minified program saves the same file as the program in full, and loads it', () => {
  const minified = run(true);
  // Classes have lost their names.
  expect(minified.code).not.toMatch(/class (Dense|Doubled|Pair|MultiHeadAttention)\b/);
  const { report } = minified;
  expect(report.after).toEqual(report.before);
  expect(report.losses[1]).toEqual(report.losses[0]);
  expect(report).toEqual(run(false).report);
  expect(report.paths).toContain('layers/pair/first/vars/0');
}, 120_000);
