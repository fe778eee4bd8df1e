import { describe, expect, it } from '@jest/globals';
import type { Kernel } from '@addax/codegen';
import { canCompileText, compileKernel } from './compile.ts';
import { interpretKernel } from './interpret.ts';

/** out[i] = a[i] + 0.1 */
const kernel: Kernel = {
  buffers: [
    { use: 'read', dtype: 'float32', length: 2, aligned: true },
    { use: 'write', dtype: 'float32', length: 2, aligned: true },
  ],
  loops: 1,
  flat: true,
  body: [
    {
      kind: 'loop',
      loop: 0,
      size: 2,
      body: [
        {
          kind: 'store',
          buffer: 1,
          dtype: 'float32',
          index: { offset: 0, loops: [1], terms: [] },
          value: {
            kind: 'binary',
            fn: 'add',
            dtype: 'float32',
            a: {
              kind: 'load',
              buffer: 0,
              dtype: 'float32',
              index: { offset: 0, loops: [1], terms: [] },
            },
            b: { kind: 'literal', value: Math.fround(0.1), dtype: 'float32' },
          },
        },
      ],
    },
  ],
};

describe('compiling kernels', () => {
  it('finds out whether a policy forbids it', () => {
    const forbidden = class {
      constructor() {
        throw new EvalError('refused to evaluate a string as JavaScript');
      }
    };
    expect(canCompileText()).toBe(true);
    expect(canCompileText(forbidden as unknown as FunctionConstructor)).toBe(false);
  });

  it('shares one function between equal kernels of any size', () => {
    expect(compileKernel(kernel)).toBe(compileKernel({ ...kernel }));
  });

  it.each([false, true])('runs (interpreted: %s)', (interpret) => {
    const out = new Float32Array(2);
    compileKernel(kernel, interpret ? interpretKernel : undefined)(Float32Array.of(1, 2), out);
    expect(out).toEqual(Float32Array.of(1.1, 2.1));
  });
});
