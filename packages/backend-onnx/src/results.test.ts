import { describe, expect, test } from '@jest/globals';
import { parse } from '@addax/core';
import { emit } from '@addax/onnx';
import { loadRuntime } from './platform-node.ts';
import { Results } from './results.ts';
import type { Ort, OrtResults, OrtSession, OrtTensor } from './runtime.ts';

const graph = parse(`graph(%0: float32[2]) {
  %1: float32[2] = unary(%0) fn="exp"
  %2: bool[2] = compare(%0, %1) fn="lt"
  return %1, %2
}`);
const model = emit(graph, { target: 'cpu', border: 'runtime', ending: true });
const ort = await loadRuntime('node');

type Fetches = Readonly<Record<string, OrtTensor | null>>;

/** A session whose runs do what `act` does, and the names of what each was asked for. */
function acting(act: (fetches: Fetches) => OrtResults): { session: OrtSession; asked: string[] } {
  const asked: string[] = [];
  const run = (_: unknown, fetches: Fetches = {}): Promise<OrtResults> => {
    asked.push(Object.keys(fetches).join());
    return new Promise((resolve) => {
      resolve(act(fetches));
    });
  };
  return { session: { run } as unknown as OrtSession, asked };
}

const refuse = (): never => {
  throw new Error('Non tensor type is temporarily not supported.');
};

function resultsOf(session: OrtSession, module: Ort = ort): Results {
  return new Results(module, session, model, true);
}

describe('results', () => {
  test('are written where they belong, and returned in no array of the runtime', async () => {
    const session = await ort.InferenceSession.create(model.bytes, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'extended',
      logSeverityLevel: 3,
    });
    const results = resultsOf(session);
    const feeds = { input_0: new ort.Tensor('float32', Float32Array.of(0, 1), [2]) };
    const home = new Float32Array(2);
    for (let run = 0; run < 2; run++) {
      home.fill(0);
      const { output_0, output_1, ...others } = await results.run(feeds, [home, undefined]);
      expect(others).toEqual({});
      expect(output_0!.data).toBe(home);
      expect(home[1]).toBeCloseTo(Math.E, 5);
      expect(output_1!.data).toEqual(Uint8Array.of(1, 1));
    }
    await session.release();
  });

  test('are asked for as usual where the runtime refuses before it computes', async () => {
    const { session, asked } = acting((fetches) => ('end' in fetches ? refuse() : {}));
    const results = resultsOf(session);
    await results.run({}, []);
    await results.run({}, []);
    expect(asked).toEqual(['end,output_0,output_1,done', 'output_0,output_1', 'output_0,output_1']);
  });

  test('are asked for as usual where the runtime returns sequences', async () => {
    const { session, asked } = acting(() => ({}));
    const results = resultsOf(session);
    await results.run({}, []);
    await results.run({}, []);
    expect(asked[1]).toBe('output_0,output_1');
  });

  test('of a run that fails are an error', async () => {
    const { session } = acting(() => {
      throw new Error('out of memory');
    });
    await expect(resultsOf(session).run({}, [])).rejects.toThrow('out of memory');
  });
});
