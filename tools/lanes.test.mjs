import { describe, expect, it } from '@jest/globals';

import { LANES, reportLanes, requiredLanes } from './lanes.mjs';

const present = { name: 'cpu', available: () => ({ ok: true }) };
const absent = {
  name: 'webgpu',
  available: async () => ({ ok: false, reason: 'no adapter' }),
};

describe('lanes', () => {
  it('says of each lane that it ran, or why not', async () => {
    const { lines, problems } = await reportLanes([present, absent], []);
    expect(lines).toEqual(['cpu     ran', 'webgpu  did not run: no adapter']);
    expect(problems).toEqual([]);
  });

  it('fails a required lane that cannot run, with its reason', async () => {
    const { problems } = await reportLanes([present, absent], ['cpu', 'webgpu']);
    expect(problems).toEqual(['lane "webgpu" is required but cannot run: no adapter']);
  });

  it('fails an unknown name instead of passing over it', async () => {
    const { problems } = await reportLanes([present], ['cuda']);
    expect(problems).toEqual(['ADDAX_REQUIRE names an unknown lane "cuda"; known: cpu']);
  });

  it('reads names between commas, with blanks and gaps', () => {
    expect(requiredLanes(' cpu, ,webgpu,')).toEqual(['cpu', 'webgpu']);
    expect(requiredLanes(undefined)).toEqual([]);
  });

  it('can always run the CPU lane', async () => {
    const { problems } = await reportLanes(LANES, ['cpu']);
    expect(problems).toEqual([]);
  });
});
