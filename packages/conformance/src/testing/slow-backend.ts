/**
 * The CPU backend made artificially slow and asynchronous: no `createSync`, `create` after 200 ms,
 * reads after 5 ms. It stands in for GPU backends where the order of things is under test.
 */
import type { Backend, BackendModule } from '@addax/core';

/** Delays of a slow backend, in milliseconds. */
export interface SlowOptions {
  readonly create?: number;
  readonly read?: number;
}

function after<T>(milliseconds: number, value: () => T | Promise<T>): Promise<T> {
  return new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds);
  }).then(value);
}

/** A module that waits before it gives the backend of `fast`, which then cannot read synchronously. */
export function slowModule(fast: BackendModule, options: SlowOptions = {}): BackendModule {
  const { create = 200, read = 5 } = options;
  return {
    name: 'slow',
    probe: async () => ({ ok: true, device: 'an artificially slow device' }),
    create: () => after(create, async () => slowly(await fast.create(), read)),
  };
}

function slowly(backend: Backend, delay: number): Backend {
  return {
    name: 'slow',
    capabilities: { ...backend.capabilities, syncRead: false },
    supports: (node, avals) => backend.supports(node, avals),
    compile: (graph, compileOptions) => {
      const executable = backend.compile(graph, compileOptions);
      return {
        ready: after(1, () => executable.ready),
        run: (inputs) => executable.run(inputs),
        get stats() {
          return executable.stats;
        },
        get code() {
          return executable.code;
        },
        dispose: () => executable.dispose(),
      };
    },
    upload: (data, aval) => backend.upload(data, aval),
    download: (buffer, aval) => {
      // The value is the one at the time of the call, as on a device with a queue.
      const value = backend.download(buffer, aval);
      return after(delay, () => value);
    },
    release: (buffer) => backend.release(buffer),
    memory: () => backend.memory(),
    sync: () => after(delay, () => backend.sync()),
    dispose: () => backend.dispose(),
  };
}
