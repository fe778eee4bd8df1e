import { expect, it } from '@jest/globals';
import { setBackend } from '@addax/core';

import { inChromium, STRICT } from './chromium.ts';
import minimal from './programs/minimal.ts';

inChromium('the minimal bundle in Chromium', (pages) => {
  it('trains as in Node', async () => {
    await setBackend('cpu');
    const { losses, predictions } = await pages.run<typeof minimal>('minimal');
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 10);
    expect({ losses, predictions }).toEqual(await minimal());
  });

  it('names what is missing where a security policy forbids eval', async () => {
    await expect(pages.run('minimal', STRICT)).rejects.toThrow(
      /content security policy.*'unsafe-eval'.*interpreter/,
    );
  });
});
