import { describe, expect, it } from '@jest/globals';

import { findChromium } from './chromium.mjs';

const only = (place) => (path) => path === place;

describe('findChromium', () => {
  it('takes the first that is installed', () => {
    const path = '/usr/bin/google-chrome';
    expect(findChromium(undefined, only(path))).toEqual({ ok: true, path });
  });

  it('takes the one named before any other', () => {
    expect(findChromium('/opt/chrome', () => true)).toEqual({ ok: true, path: '/opt/chrome' });
  });

  it('does not fall back when the one named is missing', () => {
    expect(findChromium('/opt/chrome', only('/usr/bin/chromium'))).toEqual({
      ok: false,
      reason: 'ADDAX_CHROMIUM names /opt/chrome, which does not exist',
    });
  });

  it('says how to get one', () => {
    const found = findChromium('', () => false);
    expect(found.reason).toContain('npm run setup');
  });
});
