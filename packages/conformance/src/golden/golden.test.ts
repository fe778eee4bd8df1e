import { describe, expect, it } from '@jest/globals';
import { readAllowed } from './allow.ts';
import { closeTo } from './compare.ts';
import { callArguments } from './op-cases.ts';
import { complaints, GROUPS } from './repository.ts';

describe('golden data from Keras', () => {
  it.each(GROUPS)(
    '%s agrees',
    async (name) => {
      expect(await complaints(name)).toEqual({ failures: [], stale: [] });
    },
    240_000,
  );
});

describe('the golden runner', () => {
  it('compares within rtol and atol, NaN with NaN and infinity with itself', () => {
    const tol = { rtol: 0.1, atol: 0 };
    expect(closeTo([1.05, NaN, Infinity], [1, NaN, Infinity], tol)).toBeUndefined();
    expect(closeTo([1.2], [1], tol)).toMatch(/element 0 is 1.2, expected 1/);
    expect(closeTo([1], [Infinity], tol)).toMatch(/expected Infinity/);
    expect(closeTo([NaN], [1], tol)).toMatch(/NaN/);
  });

  it('passes required arguments in order and the others by camelCase name', () => {
    expect(callArguments('ops.sum', ['x', 1], { keepdims: true })).toEqual([
      'x',
      { axis: 1, keepdims: true },
    ]);
    expect(callArguments('ops.add', ['x'], { x2: 'y' })).toEqual(['x', 'y']);
  });

  it('wants a reason for every allowed failure', () => {
    expect(readAllowed('ops/nn ctc* # strings\n')).toEqual([
      { group: 'ops/nn', id: 'ctc*', reason: 'strings' },
    ]);
    expect(() => readAllowed('ops/nn ctc')).toThrow(/"group id # reason"/);
  });

  it('knows no unknown op', async () => {
    await expect(
      (async () => (await import('./op-cases.ts')).functionNamed('ops', 'no_such_op'))(),
    ).rejects.toThrow(/unknown: ops\.no_such_op/);
  });
});
