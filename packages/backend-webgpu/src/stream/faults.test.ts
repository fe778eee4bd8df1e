import { describe, expect, it } from '@jest/globals';
import { DeviceLostError } from '@addax/core';
import { Faults, lostError, refused } from './faults.ts';

describe('faults', () => {
  it('are told once, to everything that was under way', () => {
    const faults = new Faults();
    const [a, b] = [faults.mark(), faults.mark()];
    faults.record(new Error('first'));
    faults.record(new Error('second'));
    expect(() => faults.check(a)).toThrow('first');
    expect(() => faults.check(b)).toThrow('first');
    expect(() => faults.check(faults.mark())).not.toThrow();
  });

  it('of a device that is gone are told to everything from then on', () => {
    const faults = new Faults();
    faults.lose(lostError({ reason: 'unknown', message: 'the GPU process crashed' }));
    for (let i = 0; i < 2; i++) {
      expect(() => faults.check(faults.mark())).toThrow(DeviceLostError);
      expect(() => faults.check(faults.mark())).toThrow(/its driver gave up \(the GPU process/);
    }
  });

  it('name the kernels once, and not endlessly many', () => {
    const labels = Array.from({ length: 20 }, (_, i) => `k${i % 10}`);
    const { message } = refused(labels, { message: 'no' } as GPUError);
    expect(message).toBe(
      'WebGPU refused work (kernels: k0, k1, k2, k3, k4, k5, k6, k7 and 2 more): no',
    );
  });
});
