/**
 * Which bindings a kernel has: one per memory, since a device may not bind memory twice if one of
 * the two is written. What lies in one memory under two types is reinterpreted.
 */
import type { Kernel } from '../kernel.ts';
import { valueType } from './functions.ts';
import type { WgslBinding } from './types.ts';
import type { Words } from './words.ts';

type StoredType = ReturnType<typeof valueType>;

/** The memory of a kernel's buffers in its text. */
export class Bindings {
  readonly list: WgslBinding[] = [];
  /** Binding of each buffer, −1 for one that has none. */
  readonly of: number[] = [];
  readonly types: StoredType[] = [];
  /** Buffers with an offset of their own; these offsets are the first parameters. */
  readonly apart: readonly number[];
  private readonly kernel: Kernel;
  private readonly first: number;

  /** Numbers of bindings begin at `first`; buffer `without` gets none. */
  constructor(
    kernel: Kernel,
    options: { readonly aliases: readonly number[]; readonly apart?: readonly boolean[] },
    first = 0,
    without = -1,
  ) {
    this.kernel = kernel;
    this.first = first;
    const byRoot = new Map<number, number[]>();
    kernel.buffers.forEach(({ dtype }, buffer) => {
      if (buffer === without) {
        this.of.push(-1);
        return;
      }
      const root = options.aliases[buffer];
      let buffers = byRoot.get(root);
      if (buffers === undefined) {
        buffers = [];
        byRoot.set(root, buffers);
        this.types.push(valueType(dtype));
      }
      buffers.push(buffer);
      this.of.push([...byRoot.keys()].indexOf(root));
    });
    for (const buffers of byRoot.values()) {
      const isWritten = buffers.some((buffer) => kernel.buffers[buffer].use !== 'read');
      this.list.push({ use: isWritten ? 'write' : 'read', buffers });
    }
    this.apart = kernel.buffers.flatMap((_, i) => (options.apart?.[i] === true ? [i] : []));
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
    const type = valueType(this.kernel.buffers[buffer].dtype);
    return type === this.types[this.of[buffer]] ? text : `bitcast<${wrap(type)}>(${text})`;
  }

  /** A value of a buffer, as its memory takes it. */
  stored(buffer: number, text: string, wrap: (type: string) => string = plain): string {
    const type = this.types[this.of[buffer]];
    const own = valueType(this.kernel.buffers[buffer].dtype);
    return type === own ? text : `bitcast<${wrap(type)}>(${text})`;
  }
}

function plain(type: string): string {
  return type;
}
