import { cpu } from '@addax/backend-cpu';
import { PendingBackend } from '@addax/core';
import { afterEach, expect, test } from '@jest/globals';
import {
  type Backend,
  callbacks,
  getBackend,
  layers,
  optimizers,
  Sequential,
  useBackend,
  utils,
} from '../index.ts';

const usual = getBackend();

afterEach(() => {
  useBackend(usual);
});

/** What a watched backend saw. */
interface Seen {
  steps: number;
  reads: number;
  done: number;
  mostAhead: number;
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** The cpu backend, counting; made to look asynchronous, its work takes `delay` milliseconds. */
function watched(seen: Seen, delay?: number): Backend {
  const real = cpu.createSync!();
  return new Proxy(real, {
    get(target, key) {
      if (delay !== undefined && key === 'downloadSync') return undefined;
      if (delay !== undefined && key === 'capabilities') {
        return { ...target.capabilities, syncRead: false, hostMemory: false };
      }
      if (key === 'compile') {
        return (...args: Parameters<Backend['compile']>) => {
          const executable = target.compile(...args);
          if (!args[1].label.endsWith('trainStep')) return executable;
          const run = executable.run.bind(executable);
          executable.run = (inputs) => {
            seen.steps++;
            seen.mostAhead = Math.max(seen.mostAhead, seen.steps - seen.done);
            return run(inputs);
          };
          return executable;
        };
      }
      if (key === 'download') {
        return async (...args: Parameters<Backend['download']>) => {
          seen.reads++;
          const data = await target.download(...args);
          if (delay !== undefined) await after(delay);
          return data;
        };
      }
      if (key === 'sync' && delay !== undefined) {
        return async () => {
          const { steps } = seen;
          await after(delay);
          seen.done = Math.max(seen.done, steps);
        };
      }
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function line(): Sequential {
  utils.setRandomSeed(1);
  const model = new Sequential([layers.dense({ units: 1, inputShape: [1] })]);
  model.compile({ optimizer: optimizers.sgd({ learningRate: 0.01 }), loss: 'mse' });
  return model;
}

const data = Array.from({ length: 40 }, (_, i) => [i / 40]);

test('without batch hooks nothing is read until the epoch ends', async () => {
  const seen: Seen = { steps: 0, reads: 0, done: 0, mostAhead: 0 };
  useBackend(watched(seen));
  await line().fit(data, data, { batchSize: 2, verbose: 0 });
  expect(seen.steps).toBe(20);
  expect(seen.reads).toBe(1);
});

test('on a device at most stepsInFlight steps run ahead', async () => {
  const seen: Seen = { steps: 0, reads: 0, done: 0, mostAhead: 0 };
  const backend = watched(seen, 2);
  useBackend(backend);
  await line().fit(data, data, { batchSize: 2, verbose: 0 });
  expect(seen.mostAhead).toBeLessThanOrEqual(backend.capabilities.stepsInFlight);
});

test('training on a backend that is still starting gives the same as on one that is there', async () => {
  const train = async (): Promise<unknown> => {
    const { history } = await line().fit(data, data, {
      epochs: 2,
      validationSplit: 0.2,
      verbose: 0,
    });
    return history;
  };
  const expected = await train();
  const seen: Seen = { steps: 0, reads: 0, done: 0, mostAhead: 0 };
  useBackend(
    new PendingBackend('slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return watched(seen, 2);
    }),
  );
  expect(await train()).toEqual(expected);
});

test('others get their turn while a host backend trains', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const started = performance.now();
  const model = line();
  const stop = callbacks.lambdaCallback({
    onEpochEnd: () => {
      model.stopTraining = performance.now() - started > 250;
    },
  });
  await model.fit(data, data, { epochs: 1e6, batchSize: 10, callbacks: stop, verbose: 0 });
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(3);
});
