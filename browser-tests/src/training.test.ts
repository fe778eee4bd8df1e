import { expect, it } from '@jest/globals';

import { inChromium, STRICT } from './chromium.ts';
import train from './programs/train.ts';
import trainVectors from './programs/train-vectors.ts';

inChromium('training on the cpu backend in Chromium', (pages) => {
  it('gives in a page the bits that it gives in Node', async () => {
    const there = await pages.run<typeof train>('train');
    expect(there).toEqual(await train());
    expect(there.interpreted).toBe(false);
  });

  it('gives the same bits where a security policy forbids eval, by the interpreter', async () => {
    const there = await pages.run<typeof train>('train', STRICT);
    expect(there).toEqual({ ...(await train()), interpreted: true });
  });

  it('gives the same bits in a worker', async () => {
    const there = await pages.run<typeof train>('train', { worker: true });
    expect(there).toEqual(await train());
  });

  it.each(['page', 'worker'])('gives in a %s the bits of vector code in Node', async (place) => {
    const options = { worker: place === 'worker' };
    const there = await pages.run<typeof trainVectors>('train-vectors', options);
    expect(there).toEqual(await trainVectors());
  });
});
