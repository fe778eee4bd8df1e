/**
 * The CPU backend behind a device's memory rules: buffers that only `release` gives back, a byte
 * budget, a finalization registry in core. It stands in for GPU backends where memory is under test.
 */
import type { Aval, Backend, Buffer, Executable, HostArray } from '@addax/core';

/** A backend that counts what it holds. */
export interface DeviceBackend extends Backend {
  /** Largest number of bytes held at once. */
  readonly peakBytes: () => number;
}

class DeviceBuffer implements Buffer {
  readonly byteLength: number;
  inner: Buffer | undefined;

  constructor(inner: Buffer) {
    this.inner = inner;
    this.byteLength = inner.byteLength;
  }
}

/** Wraps a backend so that its buffers live on a device of `budgetBytes`. */
export function deviceBackend(backend: Backend, budgetBytes: number): DeviceBackend {
  let live = 0;
  let peak = 0;
  const wrap = (inner: Buffer): DeviceBuffer => {
    live += inner.byteLength;
    peak = Math.max(peak, live);
    return new DeviceBuffer(inner);
  };
  const innerOf = (buffer: Buffer): Buffer => {
    const { inner } = buffer as DeviceBuffer;
    if (inner === undefined) throw new Error('a device buffer was used after its release');
    return inner;
  };
  const give = (buffer: Buffer): void => {
    const device = buffer as DeviceBuffer;
    if (device.inner === undefined) throw new Error('a device buffer was released twice');
    backend.release(device.inner);
    device.inner = undefined;
    live -= device.byteLength;
  };
  return {
    name: 'device',
    capabilities: { ...backend.capabilities, hostMemory: false, syncRead: false },
    supports: (node, avals) => backend.supports(node, avals),
    compile(graph, options): Executable {
      const executable = backend.compile(graph, options);
      return {
        ready: executable.ready,
        get stats() {
          return executable.stats;
        },
        run(inputs) {
          const results = executable.run(inputs.map(innerOf)).map(wrap);
          // A donated input is dead after the call; its bytes back the output.
          for (const [input] of options.donate) {
            const device = inputs[input] as DeviceBuffer;
            device.inner = undefined;
            live -= device.byteLength;
          }
          return results;
        },
        dispose: () => executable.dispose(),
      };
    },
    upload: (data: HostArray, aval: Aval) => wrap(backend.upload(data, aval)),
    download: (buffer, aval) => backend.download(innerOf(buffer), aval),
    release: give,
    memory: () => ({ liveBytes: live, pooledBytes: 0, budgetBytes }),
    sync: () => backend.sync(),
    dispose: () => backend.dispose(),
    peakBytes: () => peak,
  };
}
