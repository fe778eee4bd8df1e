/** Fixed costs: a small eager op, compilation of a deep network, a second model of one structure. */
import {
  type Backend,
  getBackend,
  input,
  layers,
  Model,
  ops,
  tensor,
  useBackend,
  utils,
} from '@addax/frontend';
import { cpuTime, median } from './measure.ts';
import { numbers } from './workloads/data.ts';

/** Microseconds of CPU per eager 8×8 addition. */
export async function eagerAdd(): Promise<number> {
  const a = tensor(numbers(64), [8, 8]);
  const b = tensor(numbers(64, 2), [8, 8]);
  const loop = (count: number): void => {
    for (let i = 0; i < count; i++) ops.add(a, b);
  };
  loop(50_000);
  const samples: number[] = [];
  for (let round = 0; round < 7; round++) {
    samples.push(((await cpuTime(() => loop(100_000))) * 1000) / 100_000);
  }
  return median(samples);
}

/** A residual CNN of `depth` convolutions. */
function residual(depth: number): Model {
  const inputs = input({ shape: [8, 8, 8] });
  let x = inputs;
  for (let i = 0; i < depth; i += 2) {
    let h = layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', useBias: false })(x);
    h = layers.batchNormalization()(h);
    h = layers.relu()(h);
    h = layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', useBias: false })(h);
    h = layers.batchNormalization()(h);
    x = layers.relu()(layers.add()([x, h]));
  }
  x = layers.globalAveragePooling2d()(x);
  const model = new Model({ inputs, outputs: layers.dense({ units: 10 })(x) });
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  return model;
}

/** What the first step of a deep network costs, besides running it. */
export interface CompileCost {
  readonly depth: number;
  /** Nodes of the graph handed to the backend. */
  readonly nodes: number;
  /** CPU milliseconds of trace, vjp, passes, plan and print: first step less a later one. */
  readonly milliseconds: number;
  /** The same for a second model of the same structure. */
  readonly secondModelMilliseconds: number;
  /** Whether the second model compiled nothing. */
  readonly secondModelCached: boolean;
}

/** Measures the compilation of the training step of a residual CNN. */
export async function compileCost(depth: number): Promise<CompileCost> {
  const before = getBackend();
  let nodes = 0;
  let compilations = 0;
  useBackend(
    watch(before, (count) => {
      compilations++;
      nodes = Math.max(nodes, count);
    }),
  );
  const x = tensor(numbers(2 * 512), [2, 8, 8, 8]);
  const y = tensor(numbers(20), [2, 10]);
  const first = await firstStep(depth, x, y);
  const largest = nodes;
  const compiledSoFar = compilations;
  utils.clearSession();
  const second = await firstStep(depth, x, y);
  useBackend(before);
  return {
    depth,
    nodes: largest,
    milliseconds: first,
    secondModelMilliseconds: second,
    secondModelCached: compilations === compiledSoFar,
  };
}

async function firstStep(
  depth: number,
  x: ReturnType<typeof tensor>,
  y: ReturnType<typeof tensor>,
): Promise<number> {
  const model = residual(depth);
  const step = async (): Promise<void> => void (await model.trainOnBatch(x, y));
  const first = await cpuTime(step);
  await step();
  return first - (await cpuTime(step));
}

function watch(backend: Backend, compiled: (nodes: number) => void): Backend {
  return new Proxy(backend, {
    get(target, property) {
      if (property === 'compile') {
        return (...args: Parameters<Backend['compile']>) => {
          compiled(args[0].nodes.length);
          return target.compile(...args);
        };
      }
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
