/** Little-endian building blocks of HDF5 structures. */
import { concat } from '../sink.ts';

/** The address of nothing. */
export const UNDEFINED_ADDRESS: bigint = 0xffffffffffffffffn;

export const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0));

export const u16 = (value: number): Uint8Array => new Uint8Array(Uint16Array.of(value).buffer);

export const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);

export const u64 = (value: number | bigint): Uint8Array =>
  new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);

/** The next multiple of eight. */
export const align = (length: number): number => Math.ceil(length / 8) * 8;

/** Bytes followed by zeros up to a multiple of eight. */
export function padded(bytes: Uint8Array): Uint8Array {
  return bytes.length % 8 === 0 ? bytes : concat([bytes, new Uint8Array(8 - (bytes.length % 8))]);
}

/** Joins single bytes and runs of bytes. */
export function join(...parts: (number | Uint8Array)[]): Uint8Array {
  return concat(parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part)));
}
