import { describe, expect, it } from '@jest/globals';
import { type BackendModule, type Graph, UnsupportedError } from '@addax/core';
import { control, convolution, cpuWith, interpreter, pooling, sorting } from './parts.ts';
import { Sketch } from './testing.ts';

function sorted(): Graph {
  const sketch = new Sketch();
  const [values] = sketch.all('sort', [sketch.input([3])], { axis: 0, descending: false });
  return sketch.builder.finish([values!]);
}

async function run(module: BackendModule, graph: Graph): Promise<unknown> {
  const backend = await module.create();
  const aval = { shape: [3], dtype: 'float32' } as const;
  const input = backend.upload(Float32Array.of(3, 1, 2), aval);
  const [output] = backend.compile(graph, { label: 'test', donate: [] }).run([input]);
  return backend.download(output!, aval);
}

describe('cpuWith', () => {
  it('names the parts when one is missing', async () => {
    await expect(run(cpuWith(), sorted())).rejects.toThrow(UnsupportedError);
    await expect(run(cpuWith(pooling, control), sorted())).rejects.toThrow(
      'made without "sort": give cpuWith() the part that has it (convolution, pooling, sorting',
    );
  });

  it('runs with the part, compiled or interpreted', async () => {
    const expected = Float32Array.of(1, 2, 3);
    expect(await run(cpuWith(sorting, convolution), sorted())).toEqual(expected);
    const module = cpuWith(sorting, interpreter);
    const interpreted: BackendModule = {
      ...module,
      create: async () => module.create({ interpret: true }),
    };
    expect(await run(interpreted, sorted())).toEqual(expected);
  });

  it('refuses dialects that there are not, or not with these parts', async () => {
    const create = (options: object): Promise<unknown> => cpuWith().create(options as never);
    await expect(create({ dialect: 'rust' })).rejects.toThrow(
      'dialect is "rust"; it must be js or wasm',
    );
    await expect(create({ dialect: 'wasm' })).rejects.toThrow('cpuWith(webAssembly)');
    await expect(create({ dialect: 'wasm', interpret: true })).rejects.toThrow(
      "leave dialect: 'wasm' out",
    );
  });

  it('says what to do when text may not be compiled and nothing interprets', async () => {
    await expect(cpuWith().create({ interpret: true })).rejects.toThrow('the part interpreter');
  });
});
