/**
 * Float16 on a device with f16, where it takes half a word: the same bits as on a device without, where
 * values are rounded in words.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import webgpu, { type WebGpuBackend } from '@addax/backend-webgpu';
import cpu from '@addax/backend-cpu';
import { type Graph, type HostArray, parse, print, useBackend } from '@addax/core';
import { SAMPLES } from '@addax/core/samples';
import { config } from '@addax/frontend';
import { runGraph, sampleValues } from './execute.ts';
import { TRAINING_CASES } from './models.ts';
import { graphFrom } from './random-graphs.ts';
import { inFloat16, sampleGraph, sampleInputs } from './samples.ts';
import { curveDifference, train } from './training.ts';

const SLOW = 240_000;

/** The others cost a software driver minutes. */
const TRAINED = TRAINING_CASES.filter(({ name }) => name === 'mlp' || name === 'cnn');

const probe = await webgpu.probe();
const limits = { halfFloats: false };
const opened = probe.ok ? [await webgpu.create(), await webgpu.create({ limits })] : [];
const [native, emulated] = opened as [WebGpuBackend, WebGpuBackend];
const hasHalves = probe.ok && native.device.abilities.halfFloats;

afterAll(async () => {
  useBackend(cpu.createSync!());
  for (const backend of opened) await backend.dispose?.();
});

/** Bits of float16 with one NaN; other values as they are. */
function bitsOf(data: HostArray, dtype: string): number[] {
  return Array.from(data as ArrayLike<number>, (bits) =>
    dtype === 'float16' && (bits & 0x7fff) > 0x7c00 ? 0x7e00 : Number(bits),
  );
}

async function compare(graph: Graph, inputs: readonly HostArray[]): Promise<void> {
  const expected = await runGraph(emulated, graph, inputs);
  const actual = await runGraph(native, graph, inputs);
  graph.outputs.forEach((value, i) => {
    const { dtype } = graph.avals[value]!;
    expect(bitsOf(actual[i]!, dtype)).toEqual(bitsOf(expected[i]!, dtype));
  });
}

(hasHalves ? describe : describe.skip)('float16 in half a word has the bits of emulation', () => {
  it.each([...new Set(SAMPLES.map(({ op }) => op))])(
    'in the samples of %s',
    async (op) => {
      for (const sample of SAMPLES) {
        const made = sample.op === op ? inFloat16(sample) : undefined;
        if (made !== undefined) await compare(sampleGraph(made), sampleInputs(made));
      }
    },
    SLOW,
  );

  it(
    'in random graphs',
    async () => {
      for (let seed = 1; seed <= 40; seed++) {
        const numbers = Array.from(
          { length: 25 },
          (_, i) => Math.imul(seed * 31 + i, 0x9e3779b1) >>> 2,
        );
        const graph = parse(print(graphFrom(numbers)).replaceAll('float32', 'float16'));
        const inputs = graph.inputs.map((value, i) =>
          sampleValues({ ...graph.avals[value]!, values: 'integers' }, seed * 10 + i),
        );
        await compare(graph, inputs);
      }
    },
    SLOW,
  );

  describe.each(['float16', 'mixedFloat16'] as const)(
    'in training with the policy %s',
    (policy) => {
      it.each(TRAINED)(
        'of $name',
        async (trainingCase) => {
          config.setDtypePolicy(policy);
          try {
            const expected = await train(emulated, trainingCase);
            const actual = await train(native, trainingCase);
            expect(actual.losses).toEqual(expected.losses);
            expect(actual.integerState).toEqual(expected.integerState);
          } finally {
            config.setDtypePolicy(undefined);
          }
        },
        SLOW,
      );
    },
  );

  it(
    'and mixed precision learns as on the processor',
    async () => {
      const [mlp] = TRAINING_CASES;
      config.setDtypePolicy('mixedFloat16');
      try {
        const expected = await train(cpu.createSync!(), mlp!);
        const actual = await train(native, mlp!);
        expect(actual.losses.at(-1)).toBeLessThan(actual.losses[0]! * 0.8);
        expect(curveDifference(actual.losses, expected.losses)).toBeLessThan(5e-3);
      } finally {
        config.setDtypePolicy(undefined);
      }
    },
    SLOW,
  );
});
