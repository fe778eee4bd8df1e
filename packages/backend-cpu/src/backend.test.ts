import { describe, expect, it } from '@jest/globals';
import type { Graph } from '@addax/core';
import { CpuBackend } from './backend.ts';
import module_, { cpu } from './index.ts';
import { Sketch, backend, run } from './testing.ts';

describe('the module', () => {
  it('is there at once, by default export and by name', async () => {
    expect(module_).toBe(cpu);
    expect(await cpu.probe()).toEqual({ ok: true, device: 'one core, JavaScript or WebAssembly' });
    expect(cpu.createSync?.()).toBeInstanceOf(CpuBackend);
    expect(await cpu.create({ interpret: true })).toBeInstanceOf(CpuBackend);
    expect(cpu.createSync?.({ dialect: 'wasm' })).toBeInstanceOf(CpuBackend);
  });

  it('refuses options it does not have', () => {
    expect(() => cpu.createSync?.({ threads: 4 })).toThrow(/no option "threads".*interpret/);
  });
});

describe('compile', () => {
  it('refuses composites that were not inlined', () => {
    const body = new Sketch();
    const graphBody = body.finish(body.input([2]));
    const graph: Graph = {
      avals: [0, 1].map(() => ({ shape: [2], dtype: 'float32' as const })),
      inputs: [0],
      constants: new Map(),
      nodes: [
        {
          op: 'call',
          inputs: [0],
          outputs: [1],
          attrs: { name: 'gelu', body: graphBody, options: {} },
          source: 'dense_1',
        },
      ],
      outputs: [1],
    };
    expect(() => backend.compile(graph, { label: 'x', donate: [] })).toThrow(
      /composite "gelu" reached the compiler \(at dense_1\)/,
    );
  });

  it('writes readable code', () => {
    const s = new Sketch();
    const [x, bias] = [s.input([2, 3]), s.input([3])];
    const spread = s.add('broadcast', [bias], { shape: [2, 3], axes: [1] });
    const sum = s.add('binary', [x, spread], { fn: 'add' });
    const executable = backend.compile(s.finish(sum), { label: 'x', donate: [] });
    expect(executable.code).toBe(`// step 0: kernel0(slots 0, 1, 2): broadcast, binary.add
// a0: float32, a1: float32, out0: float32
function kernel0(a0, a1, out0) {
  for (let i0 = 0; i0 < 2; i0++) {
    const p0 = i0 * 3;
    for (let i1 = 0; i1 < 3; i1++) {
      const t0 = a0[p0 + i1];
      const t1 = a1[i1];
      const t2 = Math.fround(t0 + t1);
      out0[p0 + i1] = t2;
    }
  }
}
`);
  });

  it('uses one loop, of any length, where every operand is contiguous', () => {
    const code = [2, 5].map((n) => {
      const s = new Sketch();
      const x = s.input([n, 3, n]);
      const graph = s.finish(s.add('unary', [x], { fn: 'tanh' }));
      return backend.compile(graph, { label: 'x', donate: [] }).code?.match(/for .*/g);
    });
    expect(code).toEqual([
      ['for (let i0 = 0; i0 < out0.length; i0++) {'],
      ['for (let i0 = 0; i0 < out0.length; i0++) {'],
    ]);
  });

  it('says what is wrong with a call', () => {
    const s = new Sketch();
    const graph = s.finish(s.add('unary', [s.input([2])], { fn: 'neg' }));
    const executable = backend.compile(graph, { label: 'step', donate: [] });
    expect(() => executable.run([])).toThrow(/"step" takes 1 inputs but got 0/);
    executable.dispose();
    expect(() => executable.run([])).toThrow(/"step" was disposed of/);
  });

  it('survives chains of thousands of nodes', () => {
    const s = new Sketch();
    let x = s.input([4]);
    for (let i = 0; i < 5000; i++) x = s.add('unary', [x], { fn: 'neg' });
    const total = s.add('reduce', [x], { fn: 'sum', axes: [0] });
    expect(run(s.finish(total), [Float32Array.of(1, 2, 3, 4)])).toEqual([Float32Array.of(10)]);
  });
});
