import { describe, expect, it } from '@jest/globals';
import type { Buffer, Graph } from '@addax/core';
import { CpuBackend } from './index.ts';
import { Sketch, apply, backend, numbers, wasm } from './testing.ts';

const VECTOR = { shape: [4], dtype: 'float32' } as const;

function upload(...values: number[]): Buffer {
  return backend.upload(Float32Array.from(values), { shape: [values.length], dtype: 'float32' });
}

function read(buffer: Buffer): number[] {
  return numbers(backend.downloadSync(buffer, VECTOR), 'float32');
}

function compile(graph: Graph, donate: readonly (readonly [number, number])[] = []) {
  return backend.compile(graph, { label: 'test', donate });
}

/** Where the WebAssembly dialect packs operands and results of a product, and finds their elements. */
function packed(size: number): number {
  return backend === wasm ? 3 * 4 * size * size + 9 * 5 * 4 * size : 0;
}

describe('the memory plan', () => {
  it('needs no workspace for a fused chain', () => {
    const s = new Sketch();
    let x = s.input([4]);
    for (let i = 0; i < 10; i++) x = s.add('unary', [x], { fn: 'exp' });
    expect(compile(s.finish(x)).stats).toEqual({ workspaceBytes: 0, launches: 1, hostNodes: 0 });
  });

  it('uses memory again after its last reader', () => {
    const s = new Sketch();
    let x = s.input([64, 64]);
    for (let i = 0; i < 9; i++) {
      x = s.add('dot', [x, x], { batch: [], contract: [[1, 0]] });
    }
    const { workspaceBytes, launches } = compile(s.finish(x)).stats;
    expect([launches, workspaceBytes - packed(64)]).toEqual([9, 2 * 64 * 64 * 4]);
  });

  it('treats a reshape between calls as the same memory', () => {
    const s = new Sketch();
    const x = s.input([8, 8]);
    const y = s.add('dot', [x, x], { batch: [], contract: [[1, 0]] });
    const z = s.add('reshape', [y], { shape: [4, 16] });
    const graph = s.finish(s.add('dot', [z, z], { batch: [], contract: [[1, 1]] }));
    const { workspaceBytes } = compile(graph).stats;
    expect(workspaceBytes).toBeLessThan(256 + (backend === wasm ? 8192 : 1));
  });

  it('reads every operand before writing over one', () => {
    const s = new Sketch();
    const x = s.input([4]);
    const sum = (value: number, reverse = false): number =>
      s.add('cumulative', [value], { fn: 'sum', axis: 0, reverse });
    const [up, down] = [sum(x), sum(x, true)];
    const first = s.add('unary', [up], { fn: 'neg' });
    const second = s.add('binary', [first, down], { fn: 'add' }); // `down` dies here
    const outputs = compile(s.finish(sum(first), sum(second), sum(up))).run([upload(1, 2, 3, 4)]);
    expect(outputs.map(read)).toEqual([
      [-1, -4, -10, -20],
      [9, 15, 16, 10],
      [1, 4, 10, 20],
    ]);
  });

  it('fuses a step of Adam into one kernel that writes three variables in place', () => {
    const s = new Sketch();
    const [p, m, v, g] = [0, 1, 2, 3].map(() => s.input([4]));
    const spread = (value: number): number =>
      s.add('broadcast', [s.scalar(value)], { shape: [4], axes: [] });
    const mix = (a: number, b: number, beta: number): number => {
      const left = s.add('binary', [a, spread(beta)], { fn: 'mul' });
      const right = s.add('binary', [b, spread(1 - beta)], { fn: 'mul' });
      return s.add('binary', [left, right], { fn: 'add' });
    };
    const nextM = mix(m, g, 0.5);
    const nextV = mix(v, s.add('binary', [g, g], { fn: 'mul' }), 0.5);
    const step = s.add('binary', [nextM, s.add('unary', [nextV], { fn: 'sqrt' })], { fn: 'div' });
    const nextP = s.add('binary', [p, step], { fn: 'sub' });
    const executable = compile(s.finish(nextP, nextM, nextV), [
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(executable.stats).toEqual({ workspaceBytes: 0, launches: 1, hostNodes: 0 });
    const inputs = [upload(1, 1, 1, 1), upload(0, 0, 0, 0), upload(0, 0, 0, 0), upload(2, 4, 6, 8)];
    const outputs = executable.run(inputs);
    expect(outputs).toEqual(inputs.slice(0, 3));
    expect(outputs[0]).toBe(inputs[0]);
    expect(read(outputs[1])).toEqual([1, 2, 3, 4]);
    expect(read(outputs[2])).toEqual([2, 8, 18, 32]);
  });
});

describe('donation', () => {
  it('keeps the old value for readers that come after the update', () => {
    const s = new Sketch();
    const x = s.input([4]);
    const next = s.add('unary', [x], { fn: 'neg' });
    const old = s.add('cumulative', [x], { fn: 'sum', axis: 0, reverse: false });
    const both = s.add(
      'binary',
      [s.add('cumulative', [next], { fn: 'sum', axis: 0, reverse: false }), old],
      { fn: 'add' },
    );
    const executable = compile(s.finish(next, both), [[0, 0]]);
    const input = upload(1, 2, 3, 4);
    const [first, second] = executable.run([input]);
    expect(first).toBe(input);
    expect([read(first), read(second)]).toEqual([
      [-1, -2, -3, -4],
      [0, 0, 0, 0],
    ]);
  });

  it('is safe where the update reads other elements than it writes', () => {
    const s = new Sketch();
    const x = s.input([4]);
    const executable = compile(s.finish(s.add('reverse', [x], { axes: [0] })), [[0, 0]]);
    const [result] = executable.run([upload(1, 2, 3, 4)]);
    expect(read(result)).toEqual([4, 3, 2, 1]);
  });

  it('swaps two variables', () => {
    const s = new Sketch();
    const [a, b] = [s.input([4]), s.input([4])];
    const executable = compile(s.finish(b, a), [
      [0, 0],
      [1, 1],
    ]);
    const outputs = executable.run([upload(1, 1, 1, 1), upload(2, 2, 2, 2)]);
    expect(outputs.map(read)).toEqual([
      [2, 2, 2, 2],
      [1, 1, 1, 1],
    ]);
  });

  it('gives a donated input back also as another output', () => {
    const s = new Sketch();
    const x = s.input([4]);
    const executable = compile(s.finish(s.add('unary', [x], { fn: 'exp' }), x), [[0, 0]]);
    const [next, old] = executable.run([upload(0, 0, 0, 0)]);
    expect([read(next), read(old)]).toEqual([
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ]);
  });

  it('copies a buffer that is passed as a variable and as a value', () => {
    const s = new Sketch();
    const [x, y] = [s.input([4]), s.input([4])];
    const next = s.add('unary', [x], { fn: 'neg' });
    const sum = s.add('cumulative', [y], { fn: 'sum', axis: 0, reverse: false });
    const last = s.add(
      'binary',
      [s.add('cumulative', [next], { fn: 'sum', axis: 0, reverse: false }), sum],
      { fn: 'add' },
    );
    const executable = compile(s.finish(next, last), [[0, 0]]);
    const shared = upload(1, 2, 3, 4);
    expect(read(executable.run([shared, shared])[1])).toEqual([0, 0, 0, 0]);
    const twice = compile(s.finish(next, sum), [
      [0, 0],
      [1, 1],
    ]);
    expect(() => twice.run([shared, shared])).toThrow(/one buffer for two variables/);
  });

  it('updates a window of a variable in place', () => {
    const s = new Sketch();
    const [x, update, start] = [s.input([4]), s.input([1]), s.input([1], 'int32')];
    const executable = compile(s.finish(s.add('dynamicUpdateSlice', [x, update, start], {})), [
      [0, 0],
    ]);
    const index = backend.upload(Int32Array.of(2), { shape: [1], dtype: 'int32' });
    const [result] = executable.run([upload(1, 2, 3, 4), upload(9), index]);
    expect([read(result), executable.stats.workspaceBytes]).toEqual([[1, 2, 9, 4], 0]);
  });
});

describe('outputs', () => {
  it('are buffers of their own, even of inputs, constants and equal values', () => {
    const s = new Sketch();
    const x = s.input([4]);
    const constant = s.builder.constant(VECTOR, Float32Array.of(7, 7, 7, 7));
    const y = s.add('reshape', [x], { shape: [2, 2] });
    const z = s.add('unary', [x], { fn: 'neg' });
    const executable = compile(s.finish(x, y, constant, z, z));
    const input = upload(1, 2, 3, 4);
    const outputs = executable.run([input]);
    expect(new Set([input, ...outputs]).size).toBe(6);
    expect(outputs.map(read)).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
      [7, 7, 7, 7],
      [-1, -2, -3, -4],
      [-1, -2, -3, -4],
    ]);
    for (const output of outputs) backend.release(output);
    expect(read(executable.run([input])[2])).toEqual([7, 7, 7, 7]);
  });
});

describe('buffers', () => {
  it('are counted until released, and then refuse use', () => {
    const own = new CpuBackend();
    const buffer = own.upload(new Float32Array(4), VECTOR);
    expect(own.memory().liveBytes).toBe(16);
    own.release(buffer);
    own.release(buffer);
    expect(own.memory().liveBytes).toBe(0);
    expect(() => own.downloadSync(buffer, VECTOR)).toThrow(/released tensor .* keep\(tensor\)/);
  });

  it('do not change when the host array they came from does', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const buffer = backend.upload(data, VECTOR);
    data[0] = 9;
    (backend.downloadSync(buffer, VECTOR) as Float32Array)[1] = 9;
    expect(read(buffer)).toEqual([1, 2, 3, 4]);
  });

  it('take over an array that is given up, and copy what is only a part of one', () => {
    const given = Float32Array.of(1, 2, 3, 4);
    expect(backend.borrow(backend.upload(given, VECTOR, true), VECTOR)).toBe(given);
    const part = new Float32Array(8).subarray(4);
    expect(backend.borrow(backend.upload(part, VECTOR, true), VECTOR)).not.toBe(part);
  });

  it('read what they are lent where it lies; bool and int64 lie otherwise', () => {
    const part = Float32Array.of(0, 0, 0, 0, 1, 2, 3, 4).subarray(4);
    expect(backend.borrow(backend.lend(part, VECTOR)!, VECTOR)).toBe(part);
    expect(backend.lend(Uint8Array.of(0, 2), { shape: [2], dtype: 'bool' })).toBeUndefined();
    expect(backend.lend(BigInt64Array.of(1n), { shape: [1], dtype: 'int64' })).toBeUndefined();
    expect(() => backend.lend(new Float32Array(3), VECTOR)).toThrow(/3 elements/);
  });
});

describe('int64', () => {
  const aval = { shape: [1], dtype: 'int64' } as const;

  it('goes in and out as 64 bits', () => {
    const buffer = backend.upload(BigInt64Array.of(-5n), aval);
    expect(backend.downloadSync(buffer, aval)).toEqual(BigInt64Array.of(-5n));
    expect(
      apply(
        'binary',
        [
          [[7], [1], 'int64'],
          [[2], [1], 'int64'],
        ],
        { fn: 'div' },
      ),
    ).toEqual([[3]]);
  });

  it('refuses values that it cannot hold, naming them', () => {
    expect(() => backend.upload(BigInt64Array.of(2n ** 40n), aval)).toThrow(
      /int64 value 1099511627776 at position 0 does not fit/,
    );
  });
});
