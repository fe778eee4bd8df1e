import { describe, expect, it, jest } from '@jest/globals';
import cpu from '@addax/backend-cpu';
import type { Backend, BackendModule, ProbeRequest } from '@addax/core';
import { getBackend, init, registerBackend, setBackend } from '@addax/frontend';

/** A device whose backends can be lost. */
function device(name: string): BackendModule & { readonly made: { isLost: boolean }[] } {
  const made: { isLost: boolean }[] = [];
  return {
    name,
    made,
    probe: async () => ({ ok: true, device: 'a device that may go away' }),
    create: async (): Promise<Backend> => {
      const state = { isLost: false };
      made.push(state);
      const backend = cpu.createSync!();
      return Object.create(backend, {
        isLost: { get: () => state.isLost },
        name: { value: name },
      }) as Backend;
    },
  };
}

describe('setBackend', () => {
  it('makes a new backend where the one there was is lost', async () => {
    const module = device('losable');
    await setBackend(module);
    const first = getBackend();
    await setBackend('losable');
    expect(getBackend()).toBe(first);
    module.made[0]!.isLost = true;
    await setBackend('losable');
    expect(getBackend()).not.toBe(first);
    expect(module.made).toHaveLength(2);
  });

  it('tells backends apart by the objects among their options', async () => {
    class Entry {}
    const module = device('entered');
    const [a, b] = [new Entry(), new Entry()];
    await setBackend(module, { entry: a });
    const first = getBackend();
    await setBackend(module, { entry: b });
    expect(getBackend()).not.toBe(first);
    await setBackend(module, { entry: a });
    expect(getBackend()).toBe(first);
  });

  it('asks the module that was handed over, not one of the same name before it', async () => {
    const [old, next] = [device('renewed'), device('renewed')];
    await setBackend(old);
    await setBackend(next);
    expect([old.made.length, next.made.length]).toEqual([1, 1]);
  });

  it('hands its options to the probe', async () => {
    const probe = jest.fn<BackendModule['probe']>(async () => ({ ok: true, device: '' }));
    await setBackend({ ...device('asked'), probe }, { size: 3 });
    expect(probe).toHaveBeenCalledWith({ isAutomatic: false, options: { size: 3 } });
  });
});

describe('auto', () => {
  it('tells devices that they are one of several, and takes no for an answer', async () => {
    const requests: (ProbeRequest | undefined)[] = [];
    registerBackend({
      ...device('cuda'),
      probe: async (request) => {
        requests.push(request);
        return { ok: false, reason: 'the device is slower than the processor' };
      },
    });
    registerBackend(cpu);
    await setBackend('auto');
    await init();
    expect(requests).toEqual([{ isAutomatic: true }]);
    expect(getBackend().name).not.toBe('cuda');
  });
});
