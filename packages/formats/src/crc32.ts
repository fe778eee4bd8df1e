/**
 * The checksum of zip archives, for where the platform has none: eight bytes at a step, by eight tables
 * (the way of zlib and Intel).
 */

/** `TABLES[k][b]`: what the byte b does to the sum k steps later. Small integers, kept packed. */
const TABLES: number[][] = [[], [], [], [], [], [], [], []];

function fill(): void {
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1)
      value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    TABLES[0]!.push(value | 0);
  }
  for (let step = 1; step < 8; step += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const before = TABLES[step - 1]![byte]!;
      TABLES[step]!.push((before >>> 8) ^ TABLES[0]![before & 0xff]!);
    }
  }
}

/** CRC-32 of bytes; `before` is that of the bytes before them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  if (TABLES[0]!.length === 0) fill();
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as [
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = ~before;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    const low = sum ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    sum =
      t7[low & 0xff]! ^
      t6[(low >>> 8) & 0xff]! ^
      t5[(low >>> 16) & 0xff]! ^
      t4[low >>> 24]! ^
      t3[high & 0xff]! ^
      t2[(high >>> 8) & 0xff]! ^
      t1[(high >>> 16) & 0xff]! ^
      t0[high >>> 24]!;
  }
  for (; at < bytes.length; at += 1) sum = (sum >>> 8) ^ t0[(sum ^ bytes[at]!) & 0xff]!;
  return ~sum >>> 0;
}
