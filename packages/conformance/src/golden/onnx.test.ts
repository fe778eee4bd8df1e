import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import onnx from '@addax/backend-onnx';
import { type Executable, useBackend } from '@addax/core';
import cpu from '@addax/backend-cpu';
import { observed } from '../training.ts';
import { complaints, GROUPS } from './repository.ts';

const probe = await onnx.probe();
const group = probe.ok ? describe : describe.skip;

/** Nodes that ran on the host because the runtime cannot, over all graphs of a group: reading bits. */
const HOST_NODES: Readonly<Record<string, number>> = { 'ops/binary': 6, 'ops/shape': 2 };

/** Every graph goes through the runtime, also those that the host would run quicker. */
group('golden data from Keras through ONNX Runtime', () => {
  let executables: Executable[];

  beforeAll(async () => {
    const backend = await onnx.create({ forceOnnx: true, threads: 1 });
    const watching = observed(backend);
    ({ executables } = watching);
    useBackend(watching.backend);
  });
  afterAll(() => useBackend(cpu.createSync!()));

  it.each(GROUPS)(
    '%s agrees, with no more nodes on the host than recorded',
    async (name) => {
      executables.length = 0;
      expect(await complaints(name)).toEqual({ failures: [], stale: [] });
      const hostNodes = executables.reduce((sum, { stats }) => sum + stats.hostNodes, 0);
      expect(hostNodes).toBeLessThanOrEqual(HOST_NODES[name] ?? 0);
    },
    600_000,
  );
});
