/** JSON that keeps typed arrays bit by bit: how a page hands its results to the test. */

const CLASSES = { Uint8Array, Int32Array, Uint32Array, Float32Array, Float64Array } as const;

interface PackedArray {
  readonly typedArray: keyof typeof CLASSES;
  readonly hex: string;
}

/** A value as text. */
export function pack(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (!ArrayBuffer.isView(part)) return part;
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return { typedArray: part.constructor.name, hex };
  });
}

/** The value of a text. */
export function unpack(text: string): unknown {
  return JSON.parse(text, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || !('typedArray' in part)) return part;
    const { typedArray, hex } = part as PackedArray;
    const bytes = new Uint8Array(hex.length / 2);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
    }
    return new CLASSES[typedArray](bytes.buffer);
  });
}
