import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import onnx from '@addax/backend-onnx';
import { layers, optimizers, random, Sequential, useBackend, utils } from '@addax/frontend';

const probe = await onnx.probe();
const withRuntime = probe.ok ? describe : describe.skip;

const PROGRAM = fileURLToPath(new URL('loop-program.ts', import.meta.url));

afterEach(() => useBackend(cpu.createSync!()));

/** Losses of two epochs and of an evaluation, and which steps became loops. */
interface Losses {
  readonly loss: readonly number[];
  readonly evaluated: number;
  readonly loops: readonly string[];
}

/** Eight batches an epoch, whose every step is large enough for the runtime. */
async function losses(
  perExecution: number,
  dropout: boolean,
  isForced: boolean = false,
): Promise<Losses> {
  const backend = await onnx.create({ threads: 1 });
  if (isForced) backend.prefersLoop = () => true;
  const compile = backend.compile.bind(backend);
  const loops: string[] = [];
  backend.compile = (graph, options) => {
    const step = /[^/]*×\d+$/.exec(options.label);
    if (step !== null) loops.push(step[0]);
    return compile(graph, options);
  };
  useBackend(backend);
  utils.clearSession();
  utils.setRandomSeed(7);
  const model = new Sequential([
    layers.dense({ units: 128, activation: 'relu', inputShape: [64] }),
    ...(dropout ? [layers.dropout({ rate: 0.5, seed: 3 })] : []),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  const decay = { initialLearningRate: 0.01, decaySteps: 2, decayRate: 0.9 };
  model.compile({
    optimizer: optimizers.adam({
      learningRate: new optimizers.schedules.ExponentialDecay(decay),
    }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    stepsPerExecution: perExecution,
  });
  const x = random.normal([512, 64], { seed: 1 });
  const y = Int32Array.from({ length: 512 }, (_, i) => i % 10);
  const options = { batchSize: 64, verbose: 0 } as const;
  const { history } = await model.fit(x, y, { ...options, epochs: 2 });
  const { loss } = await model.evaluate(x, y, options);
  return { loss: history['loss']!, evaluated: loss!, loops };
}

withRuntime('steps that ONNX Runtime runs in one loop', () => {
  it.each([false, true])('have the losses of single steps (dropout: %p)', async (dropout) => {
    const single = await losses(1, dropout);
    // The rule would not draw masks in the runtime; they must be the same nevertheless.
    const looped = await losses(4, dropout, dropout);
    looped.loss.forEach((loss, i) => {
      expect(Math.abs(loss / single.loss[i]! - 1)).toBeLessThan(1e-6);
    });
    expect(Math.abs(looped.evaluated / single.evaluated - 1)).toBeLessThan(1e-6);
    expect(looped.loops).toEqual(['trainStep ×4', 'testStep ×4']);
    expect(single.loops).toEqual([]);
  });

  it('are those that are quicker so: with many masks to draw, none of training', async () => {
    expect((await losses(4, true)).loops).toEqual(['testStep ×4']);
  });
});

withRuntime('ADDAX_PROFILE', () => {
  it('says whether steps became a loop, and by which figures', () => {
    const folder = mkdtempSync(join(tmpdir(), 'addax-'));
    const file = join(folder, 'trace.json');
    const args = ['--import', 'tsx', '--conditions=@addax/source', PROGRAM];
    spawnSync(process.execPath, args, { env: { ...process.env, ADDAX_PROFILE: file } });
    const names = readFileSync(file, 'utf8').match(/(?<="name":")[^"]*/g) ?? [];
    rmSync(folder, { recursive: true });
    const named = (model: string): string | undefined =>
      names.find((name) => name.startsWith(`${model}/trainStep ×4: `) && !name.includes('session'));
    const figures = /\(a loop saves \d+ µs, costs \d+ µs, of \d+ µs a step\)$/;
    expect(named('narrow')).toMatch(/: one loop /);
    expect(named('narrow')).toMatch(figures);
    expect(named('wide')).toMatch(/: single steps /);
    expect(named('wide')).toMatch(figures);
  });
});
