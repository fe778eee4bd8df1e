import { expect, it } from '@jest/globals';

import { parseTotals, totalsLine } from './totals.mjs';

it('spells the totals as CI reads them', () => {
  expect(totalsLine({ passed: 12, failed: 0, skipped: 3 })).toBe('12 passed, 0 failed, 3 skipped');
});

it('counts a run that died before its totals as one failure', () => {
  expect(parseTotals('')).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(parseTotals('{"passed":1,"failed":2,"skipped":3}').failed).toBe(2);
});
