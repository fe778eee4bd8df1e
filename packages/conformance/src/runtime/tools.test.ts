import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const PROGRAM = fileURLToPath(new URL('tool-program.ts', import.meta.url));

function run(environment: Readonly<Record<string, string>>, mode: string): string {
  const args = ['--import', 'tsx', '--conditions=@addax/source', PROGRAM, mode];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, ADDAX_BACKEND: 'cpu', ...environment },
  });
  return `${stdout}${stderr}`;
}

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'addax-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('ADDAX_DUMP', () => {
  it('writes graphs before and after passes and the generated code', () => {
    run({ ADDAX_DUMP: folder }, 'fine');
    const files = readdirSync(folder).filter((file) => file.includes('step'));
    expect(files.some((file) => file.endsWith('.traced.graph.txt'))).toBe(true);
    expect(files.some((file) => file.endsWith('.optimized.graph.txt'))).toBe(true);
    const code = files.find((file) => file.endsWith('.code.txt'));
    expect(readFileSync(join(folder, code!), 'utf8')).toMatch(/Math\.fround/);
  });
});

describe('ADDAX_VALIDATE=1', () => {
  it('changes nothing where values are finite', () => {
    expect(run({ ADDAX_VALIDATE: '1' }, 'fine')).toBe(run({}, 'fine'));
  });

  it('names the op that made the first NaN', () => {
    expect(run({ ADDAX_VALIDATE: '1' }, 'nan')).toMatch(/ADDAX_VALIDATE: .*log.* produced NaN/);
  });

  it('names the op that got an index out of range', () => {
    expect(run({ ADDAX_VALIDATE: '1' }, 'index')).toMatch(/ADDAX_VALIDATE: .*take.* got index 7/);
  });
});

describe('ADDAX_PROFILE', () => {
  it('writes a Chrome trace of tracing, compiling and running', () => {
    const file = join(folder, 'trace.json');
    run({ ADDAX_PROFILE: file }, 'fine');
    const events = JSON.parse(readFileSync(file, 'utf8')) as { cat: string; dur: number }[];
    for (const category of ['trace', 'compile', 'run']) {
      expect(events.some(({ cat }) => cat === category)).toBe(true);
    }
  });
});
