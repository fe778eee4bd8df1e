import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import onnx from '@addax/backend-onnx';
import { type Backend, useBackend } from '@addax/core';
import cpu from '@addax/backend-cpu';
import { complaints, GROUPS } from './repository.ts';

const probe = await onnx.probe();
const group = probe.ok ? describe : describe.skip;

/** Nodes that ran on the host because the runtime cannot, over all graphs of a group: reading bits. */
const HOST_NODES: Readonly<Record<string, number>> = { 'ops/binary': 6, 'ops/shape': 2 };

/** Every graph goes through the runtime, also those that the host would run quicker. */
group('golden data from Keras through ONNX Runtime', () => {
  let hostNodes = 0;

  beforeAll(async () => {
    const backend = await onnx.create({ forceOnnx: true, threads: 1 });
    useBackend(
      new Proxy(backend, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target);
          if (typeof value !== 'function') return value;
          if (property !== 'compile') return value.bind(target) as unknown;
          return (...args: Parameters<Backend['compile']>) => {
            const executable = target.compile(...args);
            hostNodes += executable.stats.hostNodes;
            return executable;
          };
        },
      }),
    );
  });
  afterAll(() => useBackend(cpu.createSync!()));

  it.each(GROUPS)(
    '%s agrees, with no more nodes on the host than recorded',
    async (name) => {
      hostNodes = 0;
      expect(await complaints(name)).toEqual({ failures: [], stale: [] });
      expect(hostNodes).toBeLessThanOrEqual(HOST_NODES[name] ?? 0);
    },
    600_000,
  );
});
