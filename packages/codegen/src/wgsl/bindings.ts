/**
 * Which bindings a kernel has: one per memory, since a device may not bind memory twice if one of
 * the two is written. What lies in one memory under two types of a word is reinterpreted. Float16 may be
 * `f16` in memory; its values are f32.
 */
import type { Kernel } from '../kernel.ts';
import { valueType } from './functions.ts';
import type { EpilogueOptions, WgslBinding } from './types.ts';
import type { Words } from './words.ts';

type StoredType = ReturnType<typeof valueType> | 'f16';

/** The memory of a kernel's buffers in its text. */
export class Bindings {
  readonly list: WgslBinding[] = [];
  /** Binding of each buffer, −1 for one that has none. */
  readonly of: number[] = [];
  readonly types: StoredType[] = [];
  /** Buffers with an offset of their own; these offsets are the first parameters. */
  readonly apart: readonly number[];
  private readonly kernel: Kernel;
  private readonly halfFloats: boolean;
  private readonly first: number;

  /** Numbers of bindings begin at `first`; buffer `without` gets none. */
  constructor(
    kernel: Kernel,
    options: Pick<EpilogueOptions, 'aliases' | 'apart' | 'halfFloats'>,
    first = 0,
    without = -1,
  ) {
    this.kernel = kernel;
    this.halfFloats = options.halfFloats ?? false;
    this.first = first;
    const byRoot = new Map<number, number[]>();
    kernel.buffers.forEach((_, buffer) => {
      if (buffer === without) {
        this.of.push(-1);
        return;
      }
      const root = options.aliases[buffer];
      let buffers = byRoot.get(root);
      if (buffers === undefined) {
        buffers = [];
        byRoot.set(root, buffers);
        this.types.push(this.typeOf(buffer));
      }
      buffers.push(buffer);
      this.of.push([...byRoot.keys()].indexOf(root));
    });
    [...byRoot.values()].forEach((buffers, i) => {
      const isWritten = buffers.some((buffer) => kernel.buffers[buffer].use !== 'read');
      const isHalf = this.types[i] === 'f16';
      if (buffers.some((buffer) => (this.typeOf(buffer) === 'f16') !== isHalf)) {
        throw new Error('elements of two widths lie in one memory of a kernel');
      }
      this.list.push({ use: isWritten ? 'write' : 'read', isHalf, buffers });
    });
    this.apart = kernel.buffers.flatMap((_, i) => (options.apart?.[i] === true ? [i] : []));
  }

  /** How the elements of a buffer are stored. */
  private typeOf(buffer: number): StoredType {
    const { dtype } = this.kernel.buffers[buffer];
    return dtype === 'float16' && this.halfFloats ? 'f16' : valueType(dtype);
  }

  /** `wide`: bindings that hold vectors of four. */
  declarations(wide: ReadonlySet<number>): string[] {
    return this.list.map(({ use }, i) => {
      const access = use === 'read' ? 'read' : 'read_write';
      const type = wide.has(i) ? `vec4<${this.types[i]}>` : this.types[i];
      const number = this.first + i;
      return `@group(0) @binding(${number}) var<storage, ${access}> b${number}: array<${type}>;`;
    });
  }

  /** The name of the array that holds a buffer. */
  array(buffer: number): string {
    return `b${this.first + this.of[buffer]}`;
  }

  /** The name of the element offset of a buffer. */
  offset(buffer: number, words: Words): string {
    const word = this.apart.indexOf(buffer);
    return word >= 0 ? words.use(word) : words.offsetOf(this.of[buffer]);
  }

  /** What is in the memory of a buffer, as a value of the buffer. */
  loaded(buffer: number, text: string, wrap: (type: string) => string = plain): string {
    const type = this.types[this.of[buffer]];
    if (type === 'f16') return `${wrap('f32')}(${text})`;
    const own = valueType(this.kernel.buffers[buffer].dtype);
    return type === own ? text : `bitcast<${wrap(own)}>(${text})`;
  }

  /** A value of a buffer, as its memory takes it. */
  stored(buffer: number, text: string, wrap: (type: string) => string = plain): string {
    const type = this.types[this.of[buffer]];
    if (type === 'f16') return `${wrap('f16')}(${text})`;
    const own = valueType(this.kernel.buffers[buffer].dtype);
    return type === own ? text : `bitcast<${wrap(type)}>(${text})`;
  }
}

function plain(type: string): string {
  return type;
}
