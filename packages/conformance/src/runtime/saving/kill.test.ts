/**
 * Processes killed while they save a model of four megabytes: 30 at a place in the file drawn by lot,
 * where they wait for it, and 20 at any time. Nothing depends on how fast the machine is.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layers, loadModel, Sequential } from '@addax/frontend';
import { bundle } from './bundle.ts';

const HALTED = 30;
const ANYTIME = 20;
/** Generations of one process; the next begins with the next thousand. */
const SPAN = 1000;

const folder = mkdtempSync(join(tmpdir(), 'addax-kill-'));
const path = join(folder, 'model.keras');
const program = bundle(new URL('save-forever.ts', import.meta.url));
const running = new Set<ChildProcess>();

beforeAll(async () => {
  await new Sequential([layers.rescaling({ scale: 0, inputShape: [1] })]).save(path);
});

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  program.remove();
  rmSync(folder, { recursive: true });
});

/** A process that is ready to save. */
class Saver {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #trace = '';
  #wake: () => void = () => undefined;

  /** @param haltAt Bytes after which it waits to be killed; 0 for never. */
  constructor(first: number, haltAt: number) {
    const child = spawn(process.execPath, [program.path, path, String(first), String(haltAt)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    running.add(child);
    this.#child = child;
    this.#closed = new Promise((resolve) => child.on('close', resolve));
    child.stdout!.on('data', (text: Buffer) => {
      this.#trace += text.toString();
      this.#wake();
    });
  }

  begin(): void {
    this.#child.stdin!.write('go');
  }

  /** Waits until it has told this. */
  async until(event: string): Promise<void> {
    while (!this.#trace.includes(event)) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([woken, this.#closed]);
      if (this.#child.exitCode !== null) throw new Error(`it ended after "${this.#trace}"`);
    }
  }

  async kill(): Promise<string> {
    this.#child.kill('SIGKILL');
    await this.#closed;
    running.delete(this.#child);
    return this.#trace;
  }
}

/** The one value that the file at the path is made of. */
async function generation(): Promise<number> {
  const model = await loadModel(path);
  const { scale } = model.layers[0]!.getConfig();
  for (const { value } of model.weights) {
    const data = (await value.data()) as Float32Array;
    expect(data.every((element) => element === scale)).toBe(true);
  }
  return scale as number;
}

function parts(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.part'));
}

/** Parts that have bytes in them. */
function begun(): number {
  return parts().filter((name) => statSync(join(folder, name)).size > 0).length;
}

const FILE_SIZE = 4 * 2 ** 20;

it('a killed process leaves the old model or the new one entire, and the next save works', async () => {
  let previous = await generation();
  let midway = 0;
  let millisecondsOfSave = 50;
  const plan = Array.from({ length: HALTED + ANYTIME }, (_, i) =>
    i < HALTED ? Math.ceil(Math.random() * FILE_SIZE) : 0,
  );
  const saverOf = (index: number): Saver => new Saver((index + 1) * SPAN, plan[index]!);
  let next = saverOf(0);
  for (const [index, haltAt] of plan.entries()) {
    const saver = next;
    const before = begun();
    saver.begin();
    await saver.until('w');
    const started = performance.now();
    // The next one gets ready meanwhile.
    if (index + 1 < plan.length) next = saverOf(index + 1);
    if (haltAt > 0) await saver.until('h');
    else {
      const wait = Math.random() * 2 * millisecondsOfSave;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    const trace = await saver.kill();
    if (trace.includes('d')) millisecondsOfSave = performance.now() - started;

    const done = trace.split('d').length - 1;
    const latest = done === 0 ? previous : (index + 1) * SPAN + done - 1;
    const found = await generation();
    // Without a halt, the rename may have come just before the end.
    expect(haltAt > 0 ? [latest] : [latest, (index + 1) * SPAN + done]).toContain(found);
    previous = found;
    // The trace says that a save had begun, and the disk that it was not finished.
    if (!trace.endsWith('d') && begun() > before) midway += 1;
  }
  console.log(`${plan.length} saves killed, ${midway} of them between first byte and rename`);
  expect(midway).toBeGreaterThanOrEqual(HALTED);

  // What was left behind disturbed nobody; when it is old, the next save removes it.
  const left = parts();
  expect(left.length).toBeGreaterThanOrEqual(midway);
  const hourAgo = new Date(Date.now() - 3_600_000);
  for (const name of left) utimesSync(join(folder, name), hourAgo, hourAgo);
  await new Sequential([layers.rescaling({ scale: 1, inputShape: [1] })]).save(path);
  expect(parts()).toEqual([]);
  expect(await generation()).toBe(1);
}, 600_000);
