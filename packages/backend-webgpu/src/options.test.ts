import { describe, expect, it } from '@jest/globals';
import { ArgumentError } from '@addax/core';
import { checkOptions } from './options.ts';

describe('options', () => {
  it('pass when they are right', () => {
    const options = { limits: { maxBindings: 8, subgroups: false }, powerPreference: 'low-power' };
    expect(checkOptions(options)).toBe(options);
    expect(checkOptions({ gpu: { requestAdapter: async () => null } })).toBeDefined();
  });

  it.each([
    [{ adapter: 'first' }, /no option "adapter"; it takes: gpu, powerPreference, limits/],
    [{ gpu: {} }, /option "gpu" .* is an object; expected navigator\.gpu/],
    [{ limits: { threads: 64 } }, /no limit "threads"; it takes: maxBindings, maxThreads/],
    [{ limits: { maxThreads: 0 } }, /limit "maxThreads" .* is 0; expected a whole number/],
    [{ budgetBytes: -1 }, /option "budgetBytes" .* is -1/],
  ])('%j is refused', (options, message) => {
    expect(() => checkOptions(options)).toThrow(ArgumentError);
    expect(() => checkOptions(options)).toThrow(message);
  });
});
