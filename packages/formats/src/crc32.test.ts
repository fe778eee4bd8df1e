import { describe, expect, it } from '@jest/globals';
import { crc32 as native } from 'node:zlib';

import { crc32 } from './crc32.ts';

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => (i * 2654435761) >>> 24);

describe('the checksum', () => {
  it('of the digits is the one that every implementation is checked on', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it.each([0, 1, 7, 8, 9, 63, 1000])("of %i bytes is zlib's", (length) => {
    expect(crc32(BYTES.subarray(0, length))).toBe(native(BYTES.subarray(0, length)));
  });

  it('goes on from that of the bytes before', () => {
    expect(crc32(BYTES.subarray(13), crc32(BYTES.subarray(0, 13)))).toBe(crc32(BYTES));
  });
});
