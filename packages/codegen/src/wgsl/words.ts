/**
 * The parameter words of a kernel: numbers that are no part of its text. A function names those it
 * uses in its first lines.
 */
import type { valueType } from './functions.ts';

type StoredType = ReturnType<typeof valueType>;

const SCRATCH = new DataView(new ArrayBuffer(4));

function bits(value: number, type: StoredType): number {
  if (type !== 'f32') return value >>> 0;
  SCRATCH.setFloat32(0, value);
  return SCRATCH.getUint32(0);
}

/** How word k is read: out of the uniform `p`, or of a table in storage. */
export type WordText = (word: number) => string;

/** Word k of the uniform. */
export function uniformWord(word: number): string {
  return `p[${word >> 2}].${'xyzw'[word & 3]}`;
}

/** Word k of the segment that a workgroup of a batched kernel works on. */
export function tableWord(word: number): string {
  return `table[segment + ${word}u]`;
}

/** Collects parameters while a text is printed. */
export class Words {
  /** The words, as stored. */
  readonly params: number[] = [];
  private readonly text: WordText;
  private readonly offset: number;
  private readonly first: number;
  /** Declarations that the open function needs, by name. */
  private readonly used = new Map<string, string>();

  /** Offsets of bindings begin at word `offset`, parameters at word `first`. */
  constructor(text: WordText, offset: number, first: number) {
    this.text = text;
    this.offset = offset;
    this.first = first;
  }

  /** The name of a new parameter. */
  add(value: number, type: StoredType = 'u32'): string {
    const word = this.params.push(bits(value, type)) - 1;
    return this.use(word, type);
  }

  /** The name of parameter `word` in the open function. */
  use(word: number, type: StoredType = 'u32'): string {
    const text = this.text(this.first + word);
    this.used.set(`w${word}`, type === 'u32' ? text : `bitcast<${type}>(${text})`);
    return `w${word}`;
  }

  /** The name of the element offset of binding `binding` of this kernel. */
  offsetOf(binding: number): string {
    const name = `o${this.offset + binding}`;
    this.used.set(name, this.text(this.offset + binding));
    return name;
  }

  /** The first lines of the function that was printed; the next one begins without names. */
  take(): string[] {
    const lines = [...this.used].map(([name, text]) => `  let ${name} = ${text};`);
    this.used.clear();
    return lines;
  }
}
