import { describe, expect, it } from '@jest/globals';
import type { Expression, Kernel } from '../kernel.ts';
import { FunctionBuilder, assembleModule } from './assembler.ts';
import { wasmKernel } from './kernel.ts';

/** The engine, which the types of our libraries do not know. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: object,
  ) => { exports: Record<string, (...numbers: number[]) => void> };
};

const memory = new WebAssembly.Memory({ initial: 1 });

function instantiate(
  bytes: Uint8Array,
  host: object = {},
): Record<string, (...x: number[]) => void> {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, ...host } })
    .exports;
}

describe('the assembler', () => {
  it('makes modules that run, with calls to the host', () => {
    const f = new FunctionBuilder(['i32']);
    f.get(0).get(0).memory('f64.load').call('twice').memory('f64.store');
    const { f0 } = instantiate(assembleModule([f.finish()], { arity: () => 1 }), {
      twice: (x: number) => 2 * x,
    });
    const numbers = new Float64Array(memory.buffer, 64, 1);
    numbers[0] = 21;
    f0(64);
    expect(numbers[0]).toBe(42);
  });

  it('writes numbers of any size', () => {
    const f = new FunctionBuilder(['i32']);
    const values = [0, -1, 63, 64, -64, -65, 2147483647, -2147483648];
    values.forEach((value, i) =>
      f
        .get(0)
        .i32(value)
        .memory('i32.store', 4 * i),
    );
    instantiate(assembleModule([f.finish()], { arity: () => 1 }))['f0'](128);
    expect([...new Int32Array(memory.buffer, 128, values.length)]).toEqual(values);
  });

  it('gives equal code equal keys, whatever it calls', () => {
    const make = (name: string): string =>
      new FunctionBuilder([]).f64(1).call(name).op('drop').finish().key;
    expect(make('sin')).toBe(make('sin'));
    expect(make('sin')).not.toBe(make('cos'));
  });
});

describe('kernels', () => {
  /** out[i] = the sum over j of a[i, j], of rows of `length`. */
  function rowSums(rows: number, length: number): Kernel {
    const total: Expression = { kind: 'local', local: 0, dtype: 'float64' };
    const x: Expression = {
      kind: 'load',
      buffer: 0,
      index: { offset: 0, loops: [length, 1], terms: [] },
      dtype: 'float32',
    };
    const wide: Expression = { kind: 'cast', x, from: 'float32', to: 'float64' };
    return {
      buffers: [
        { use: 'read', dtype: 'float32', length: rows * length, aligned: false },
        { use: 'write', dtype: 'float32', length: rows, aligned: true },
      ],
      loops: 2,
      flat: false,
      body: [
        {
          kind: 'loop',
          loop: 0,
          size: rows,
          body: [
            {
              kind: 'declare',
              local: 0,
              dtype: 'float64',
              value: { kind: 'literal', value: 0, dtype: 'float64' },
            },
            {
              kind: 'loop',
              loop: 1,
              size: length,
              body: [
                {
                  kind: 'assign',
                  local: 0,
                  value: { kind: 'binary', fn: 'add', a: total, b: wide, dtype: 'float64' },
                },
              ],
            },
            {
              kind: 'store',
              buffer: 1,
              index: { offset: 0, loops: [1, 0], terms: [] },
              dtype: 'float32',
              value: { kind: 'cast', x: total, from: 'float64', to: 'float32' },
            },
          ],
        },
      ],
    };
  }

  it.each([1, 3, 4, 7, 8, 30])('add rows of %d in order, in float64', (length) => {
    const rows = 3;
    const data = Float32Array.from({ length: rows * length }, (_, i) => 10 ** ((i * 7) % 13));
    new Float32Array(memory.buffer, 0, data.length).set(data);
    const bytes = assembleModule([wasmKernel(rowSums(rows, length))], { arity: () => 1 });
    instantiate(bytes)['f0'](0, 4096);
    const expected = Float32Array.from({ length: rows }, (_, row) =>
      data.subarray(row * length, (row + 1) * length).reduce((sum, x) => sum + x, 0),
    );
    expect(new Float32Array(memory.buffer, 4096, rows)).toEqual(expected);
  });

  it('run their loops on vectors where neighbours are written', () => {
    const { code } = wasmKernel(rowSums(3, 8));
    const text = code.map((byte) => Number(byte).toString(16).padStart(2, '0')).join('');
    expect(text).toContain('fd5f'); // f64x2.promote_low_f32x4
  });
});
