/**
 * A look at the bytes of a message before it is decoded. Decoding makes objects and big integers out of
 * single bytes, so what is not plain data is counted first, and depth is bounded.
 */
import type { DescMessage } from '@bufbuild/protobuf';
import { FormatError } from '@addax/core';

/** Bounds of a message. */
export interface WireLimits {
  /** Bytes of everything but numbers and raw data. */
  readonly structureBytes: number;
  /** Messages within messages. */
  readonly depth: number;
}

const FLOATS: ReadonlySet<string> = new Set(['raw_data', 'float_data', 'double_data']);

function broken(where: string): FormatError {
  return new FormatError(`not an ONNX model: the file ends or breaks off within ${where}`);
}

/** Walks over one message after the other. */
class Scanner {
  readonly #bytes: Uint8Array;
  readonly #limits: WireLimits;
  #structure = 0;

  constructor(bytes: Uint8Array, limits: WireLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  message(description: DescMessage, start: number, end: number, depth: number): void {
    if (depth > this.#limits.depth) {
      throw new FormatError(`not an ONNX model: more than ${this.#limits.depth} nested messages`);
    }
    const where = description.typeName;
    let at = start;
    while (at < end) {
      const [tag, afterTag] = this.#varint(at, end, where);
      const field = description.fields.find(({ number }) => number === Math.floor(tag / 8));
      at = afterTag;
      switch (tag % 8) {
        case 0:
          [, at] = this.#varint(at, end, where);
          break;
        case 1:
          at += 8;
          break;
        case 5:
          at += 4;
          break;
        case 2: {
          const [length, afterLength] = this.#varint(at, end, where);
          at = afterLength + length;
          if (at > end) throw broken(where);
          const inner = field?.message;
          if (inner !== undefined) this.message(inner, afterLength, at, depth + 1);
          else if (field === undefined || !FLOATS.has(field.name)) this.#count(length);
          break;
        }
        default:
          throw broken(where);
      }
      if (at > end) throw broken(where);
      this.#count(2);
    }
  }

  #count(bytes: number): void {
    this.#structure += bytes;
    if (this.#structure > this.#limits.structureBytes) {
      throw new FormatError(
        `the ONNX model has more than ${this.#limits.structureBytes} bytes beside its tensors' ` +
          'data; raise `structureBytes` if that is what you expect',
      );
    }
  }

  #varint(start: number, end: number, where: string): readonly [value: number, next: number] {
    let value = 0;
    let scale = 1;
    for (let at = start; at < end && at < start + 10; at++) {
      const byte = this.#bytes[at]!;
      value += (byte % 128) * scale;
      if (byte < 128) return [value, at + 1];
      scale *= 128;
    }
    throw broken(where);
  }
}

/** Throws a {@link FormatError} unless the bytes are a message within the limits. */
export function scanMessage(bytes: Uint8Array, description: DescMessage, limits: WireLimits): void {
  new Scanner(bytes, limits).message(description, 0, bytes.length, 0);
}
