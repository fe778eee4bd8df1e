import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundle } from './checks/node/bundle.ts';
import { hdf5Chunks, openHdf5, openZip, walkDatasets, writeZip } from './index.ts';

const SAVES = 50;
const folder = mkdtempSync(join(tmpdir(), 'addax-kill-'));
const path = join(folder, 'model.keras');
const script = bundle('save-forever');

beforeAll(async () => {
  const data = new Float32Array(512 * 512);
  const array = { shape: [512, 512], dtype: 'float32' as const, data };
  const children = Object.fromEntries(['a', 'b'].map((name) => [name, array]));
  await writeZip(path, [{ name: 'model.weights.h5', data: () => hdf5Chunks({ children }) }]);
});

afterAll(() => {
  script.remove();
  rmSync(folder, { recursive: true });
});

/** Starts a process that saves again and again. */
function start(): { child: ChildProcess; trace: () => string; firstByte: Promise<void> } {
  const child = spawn(process.execPath, [script.path, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let trace = '';
  const firstByte = new Promise<void>((resolve) => {
    child.stdout!.on('data', (text: Buffer) => {
      trace += text.toString();
      resolve();
    });
  });
  return { child, trace: () => trace, firstByte };
}

async function kill(delay: number): Promise<string> {
  const { child, trace, firstByte } = start();
  const closed = new Promise((resolve) => child.on('close', resolve));
  await firstByte;
  await new Promise((resolve) => setTimeout(resolve, delay));
  child.kill('SIGKILL');
  await closed;
  return trace();
}

/** Whether the file that a killed save leaves behind was there, begun and not renamed. */
function removeUnfinished(): boolean {
  const unfinished = readdirSync(folder).filter((name) => name.endsWith('.part'));
  const begun = unfinished.some((name) => statSync(join(folder, name)).size > 0);
  for (const name of unfinished) unlinkSync(join(folder, name));
  return begun;
}

/** Every array of the file holds one value throughout, the same in all. */
async function generation(): Promise<number> {
  const archive = await openZip(path);
  const member = archive.members.get('model.weights.h5')!;
  await member.bytes();
  const file = await openHdf5(await member.open());
  const values = new Set<number | bigint>();
  for (const dataset of walkDatasets(file)) {
    const data = (await dataset.data()) as Float32Array;
    values.add(data[0]!);
    expect(data.every((value) => value === data[0])).toBe(true);
  }
  await file.close();
  await archive.close();
  expect(values.size).toBe(1);
  return Number([...values][0]);
}

describe('a process killed while it saves', () => {
  it('leaves the old file or the new one, never a broken one', async () => {
    let midway = 0;
    let previous = await generation();
    for (let save = 0; save < SAVES; save += 1) {
      const trace = await kill(Math.random() * 60);
      const done = trace.split('d').length - 1;
      const value = await generation();
      // The last one that was reported done, or the one after it, renamed just before the end.
      expect([done === 0 ? previous : done, done + 1]).toContain(value);
      previous = value;
      // The trace says that a save had begun, and the disk that it was not finished.
      if (removeUnfinished() && trace.endsWith('w')) midway += 1;
    }
    console.log(`${SAVES} saves killed, ${midway} of them between first byte and rename`);
    expect(midway).toBeGreaterThanOrEqual(SAVES / 2);
  }, 120_000);
});
