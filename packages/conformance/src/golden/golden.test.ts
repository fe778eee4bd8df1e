import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { isAllowed, readAllowed } from './allow.ts';
import { closeTo } from './compare.ts';
import { runGroup, selectGroups } from './run.ts';
import { callArguments } from './op-cases.ts';

const DIR = fileURLToPath(new URL('../../golden', import.meta.url));
const ALLOWED = fileURLToPath(new URL('../../golden-allow.txt', import.meta.url));

const LATER = fileURLToPath(new URL('../../golden-later.txt', import.meta.url));

const allowed = [ALLOWED, LATER].flatMap((file) => readAllowed(readFileSync(file, 'utf8')));
const groups = selectGroups(DIR, []).filter((group) => !isAllowed(allowed, group, '*'));

describe('golden data from Keras', () => {
  it.each(groups)(
    '%s agrees',
    async (name) => {
      const { failures } = await runGroup(DIR, name);
      expect(failures.filter(({ id }) => !isAllowed(allowed, name, id))).toEqual([]);
      const stale = allowed.filter(
        (line) => line.group === name && !failures.some(({ id }) => isAllowed([line], name, id)),
      );
      expect(stale).toEqual([]);
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
