import { beforeAll, expect, it } from '@jest/globals';
import { SAMPLES } from '@addax/core/samples';

import { inChromium, STRICT } from './chromium.ts';
import type conformance from './programs/conformance.ts';
import samples from './programs/samples.ts';

inChromium('the conformance suite in Chromium', (pages) => {
  let here: Awaited<ReturnType<typeof samples>>;
  beforeAll(async () => {
    here = await samples();
  });

  it('finds the cpu backend true to itself, and to what it answers in Node', async () => {
    const there = await pages.run<typeof conformance>('conformance');
    expect(there.failures).toEqual([]);
    expect(there.tests).toBeGreaterThan(SAMPLES.length);
    expect(there.sums).toEqual(here.sums);
  });

  it('finds the interpreter true to itself, and to compiled text in Node', async () => {
    const there = await pages.run<typeof samples>('samples', STRICT);
    expect(there.failures).toEqual([]);
    expect(there.tests).toBe(SAMPLES.length);
    expect(there.sums).toEqual(here.sums);
  });
});
