import { expect, it } from '@jest/globals';

import { addTotals, parseTotals, totalsLine } from './totals.mjs';

it('spells the totals as CI reads them', () => {
  expect(totalsLine({ passed: 12, failed: 0, skipped: 3 })).toBe('12 passed, 0 failed, 3 skipped');
});

it('counts a run that died before its totals as one failure', () => {
  expect(parseTotals('')).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(parseTotals('{"passed":1,"failed":2,"skipped":3}').failed).toBe(2);
});

it('adds up the processes of one run', () => {
  const died = parseTotals('');
  const fine = { passed: 7, failed: 0, skipped: 1 };
  expect(addTotals([fine, died])).toEqual({ passed: 7, failed: 1, skipped: 1 });
});
