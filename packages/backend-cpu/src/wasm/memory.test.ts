import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { type Buffer, type Executable, OutOfMemoryError } from '@addax/core';
import { cpu, viewOf, wrap } from '../index.ts';
import { CpuBuffer } from '../buffer.ts';
import { Sketch } from '../testing.ts';
import { Heap } from './heap.ts';

const SIZE = 1024;
const AVAL = { shape: [SIZE], dtype: 'float32' } as const;

const backend = cpu.createSync!({ dialect: 'wasm' });

/** variable ← variable − gradient, and their sum. */
function update(): Executable {
  const s = new Sketch();
  const [variable, gradient] = [s.input([SIZE]), s.input([SIZE])];
  const next = s.add('binary', [variable, gradient], { fn: 'sub' });
  const both = s.add('binary', [variable, gradient], { fn: 'add' });
  return backend.compile(s.finish(next, both), { label: 'update', donate: [[0, 0]] });
}

function filled(value: number): Float32Array<ArrayBuffer> {
  return new Float32Array(SIZE).fill(value);
}

function first(buffer: Buffer): number {
  return Number(backend.downloadSync!(buffer, AVAL)[0]);
}

describe('variables in WebAssembly memory', () => {
  it('move there at the first donation, and are then updated where they are', () => {
    const step = update();
    const variable = backend.upload(filled(10), AVAL);
    const [result, sum] = step.run([variable, wrap(filled(1), AVAL)]);
    expect(result).toBe(variable);
    const view = viewOf(variable);
    expect([view[0], first(sum!)]).toEqual([9, 11]);
    step.run([variable, wrap(filled(2), AVAL)]);
    expect([view[0], viewOf(variable) === view]).toEqual([7, true]);
  });

  it('stay good when the memory grows under them', () => {
    const step = update();
    const variable = backend.upload(filled(10), AVAL);
    step.run([variable, wrap(filled(1), AVAL)]);
    const before = viewOf(variable);
    const s = new Sketch();
    const x = s.input([2 ** 23]);
    const large = backend.compile(s.finish(s.add('unary', [x], { fn: 'neg' })), {
      label: 'large',
      donate: [],
    });
    large.run([backend.upload(new Float32Array(2 ** 23), { shape: [2 ** 23], dtype: 'float32' })]);
    expect(before.length).toBe(0);
    expect(viewOf(variable)[SIZE - 1]).toBe(9);
    step.run([variable, wrap(filled(1), AVAL)]);
    expect(first(variable)).toBe(8);
  });

  it('of another backend are read from a copy, and never updated', () => {
    const step = update();
    const variable = backend.upload(filled(5), AVAL);
    step.run([variable, wrap(filled(1), AVAL)]);
    const other = cpu.createSync!({ dialect: 'wasm' });
    const s = new Sketch();
    const graph = s.finish(s.add('unary', [s.input([SIZE])], { fn: 'neg' }));
    const [result] = other.compile(graph, { label: 'neg', donate: [] }).run([variable]);
    expect(first(result!)).toBe(-4);
    const update2 = other.compile(graph, { label: 'neg', donate: [[0, 0]] });
    expect(() => update2.run([variable])).toThrow(/lives in the memory of another cpu backend/);
  });

  it('give their memory back when they are released', () => {
    const step = update();
    const places = Array.from({ length: 5 }, () => {
      const variable = backend.upload(filled(1), AVAL);
      const [, sum] = step.run([variable, wrap(filled(1), AVAL)]);
      const { byteOffset } = viewOf(variable);
      backend.release(variable);
      backend.release(sum!);
      expect(() => backend.downloadSync!(variable, AVAL)).toThrow(/released tensor/);
      return byteOffset;
    });
    expect(new Set(places).size).toBe(1);
  });

  it('give their memory back when they are collected', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const heap = new Heap();
    const reside = (): void => {
      for (let i = 0; i < 20; i++) heap.reside(new CpuBuffer(filled(i)), 'float32');
    };
    reside();
    expect(heap.residentBytes).toBe(20 * 4 * SIZE);
    for (let i = 0; i < 20 && heap.residentBytes > 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collectGarbage();
    }
    expect(heap.residentBytes).toBe(0);
  });
});

describe('the memory', () => {
  it('that cannot grow any more says so, and goes on being of use', () => {
    const heap = new Heap();
    expect(() => heap.scratch(5 * 2 ** 30)).toThrow(OutOfMemoryError);
    expect(() => heap.scratch(5 * 2 ** 30)).toThrow(/beyond 4 GiB.*ADDAX_CPU_DIALECT=js/s);
    heap.view('uint8', heap.scratch(2 ** 20), 2 ** 20).fill(1);
  });
});

describe('wrap', () => {
  it('refuses arrays that are not what is stored', () => {
    expect(() => wrap(new Float32Array(3), AVAL)).toThrow(
      /Float32Array of 3.*Float32Array of 1024/,
    );
    expect(() => wrap(new Float64Array(SIZE), AVAL)).toThrow(/stored as Float32Array/);
  });
});

describe('the option', () => {
  it('is js or wasm, also in the environment', () => {
    process.env['ADDAX_CPU_DIALECT'] = 'pascal';
    try {
      expect(() => cpu.createSync!()).toThrow(
        /ADDAX_CPU_DIALECT is "pascal"; it must be js or wasm/,
      );
    } finally {
      delete process.env['ADDAX_CPU_DIALECT'];
    }
  });
});
