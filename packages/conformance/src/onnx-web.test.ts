/**
 * The runtime of browsers, in Node: those samples that touch each operator once, and training. Its
 * kernels are those of the native runtime, compiled to WebAssembly; the lane `chromium` runs it in pages.
 */
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import onnx from '@addax/backend-onnx';
import { SAMPLES } from '@addax/core/samples';
import { conformance } from './index.ts';

/** Operations of which every sample is run: their lowerings use what only ONNX Runtime has. */
const WHOLE = ['randomBits', 'dot', 'conv', 'convGradInput', 'convGradKernel', 'pool', 'poolGrad'];

const CHOSEN: ReadonlySet<string> = new Set([
  ...SAMPLES.filter(
    ({ op }, i) => WHOLE.includes(op) || SAMPLES.findIndex((other) => other.op === op) === i,
  ).map(({ op, name }) => `${op} "${name}"`),
  'unary "erf"',
  'unary "exp edges"',
  'binary "div int32"',
  'cast "float32 to int32"',
  'cast "float32 to int64"',
  'cast "float16 to float32"',
  'scatter "add rows"',
  'reduce "max NaN"',
  'call "softmax, last axis"',
  'call "gelu, erf"',
  'call "layerNorm, scale and offset"',
  'call "lstm, sequences"',
  'mlp: 20 steps like the reference',
  'cnn: 20 steps like the reference',
  'returns to the memory it started with',
]);

const seen = new Set<string>();
const register: typeof it = it;

conformance(onnx, {
  create: () => onnx.create({ runtime: 'web', forceOnnx: true, threads: 1 }),
  runner: {
    describe: isInstalled() ? describe : describe.skip,
    it: (name, body, timeout) => {
      if (!CHOSEN.has(name)) return;
      seen.add(name);
      register(name, body, timeout);
    },
  },
});

it('knows every check that is chosen here', () => {
  expect(seen).toEqual(CHOSEN);
});

function isInstalled(): boolean {
  try {
    return createRequire(import.meta.url).resolve('onnxruntime-web') !== '';
  } catch {
    return false;
  }
}
