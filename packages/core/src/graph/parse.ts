/** Reads back what `print` writes: dumps can be run again, and tests can be written as text. */
import { type DType, hostArray, type HostArray, isDType } from '../dtypes.ts';
import { FormatError } from '../errors.ts';
import { sizeOf } from '../ops/primitives/check.ts';
import { OP_NAMES } from '../ops/primitives/table.ts';
import { GraphBuilder } from './builder.ts';
import type { Aval, Graph, OpAttrs, OpName, ValueId } from './types.ts';

const TOKEN =
  /\s*(?:(%\d+)|(@?"(?:[^"\\]|\\.)*")|(-?(?:\d+\.?\d*(?:e[+-]?\d+)?|Infinity)|NaN)|(\w+)|([[\](){}:,=]))/giy;

/** The graph that a text describes, or a {@link FormatError} that says where it stopped. */
export function parse(text: string): Graph {
  const reader = new Reader(text);
  const graph = reader.graph();
  reader.end();
  return graph;
}

class Reader {
  readonly #text: string;
  readonly #tokens: { readonly text: string; readonly at: number }[] = [];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    let position = 0;
    for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
      position = TOKEN.lastIndex;
      this.#tokens.push({ text: match[0].trim(), at: position });
    }
    if (text.slice(position).trim() !== '') throw this.#error('an unknown sign', position);
  }

  #error(what: string, position: number): FormatError {
    const line = this.#text.slice(0, position).split('\n').length;
    return new FormatError(`graph text, line ${line}: ${what}`);
  }

  #fail(expected: string): never {
    const token = this.#tokens[this.#next];
    const found = token === undefined ? 'the end' : token.text;
    const position = token?.at ?? this.#text.length;
    throw this.#error(`expected ${expected}, found ${found}`, position);
  }

  #peek(): string {
    return this.#tokens[this.#next]?.text ?? '';
  }

  #take(): string {
    const text = this.#peek();
    this.#next++;
    return text;
  }

  #accept(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) this.#fail(`"${text}"`);
  }

  end(): void {
    if (this.#next !== this.#tokens.length) this.#fail('the end');
  }

  /** Items up to `close`, with commas between them. */
  #list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    if (this.#accept(close)) return items;
    do items.push(item());
    while (this.#accept(','));
    this.#expect(close);
    return items;
  }

  graph(): Graph {
    const builder = new GraphBuilder();
    const ids = new Map<string, ValueId>();
    const use = (): ValueId => {
      const id = ids.get(this.#peek());
      if (id === undefined) this.#fail('a value defined before');
      this.#next++;
      return id;
    };
    this.#expect('graph');
    this.#expect('(');
    for (const { name, aval } of this.#list(')', () => this.#definition())) {
      ids.set(name, builder.input(aval));
    }
    this.#expect('{');
    while (!this.#accept('return')) {
      const results: { name: string; aval: Aval }[] = [];
      do results.push(this.#definition());
      while (this.#accept(','));
      this.#expect('=');
      if (this.#accept('constant')) {
        const { name, aval } = results[0]!;
        ids.set(name, builder.constant(aval, this.#constant(aval)));
        continue;
      }
      const outputs = this.#node(
        builder,
        results.map(({ aval }) => aval),
        use,
      );
      outputs.forEach((id, i) => ids.set(results[i]!.name, id));
    }
    const outputs = this.#list('}', use);
    return builder.finish(outputs);
  }

  #node(builder: GraphBuilder, results: readonly Aval[], use: () => ValueId): readonly ValueId[] {
    const op = OP_NAMES.find((name) => name === this.#peek());
    if (op === undefined) this.#fail('an op');
    this.#next++;
    this.#expect('(');
    const inputs = this.#list(')', use);
    const attrs: Record<string, unknown> = {};
    while (this.#tokens[this.#next + 1]?.text === '=') {
      const key = this.#take();
      this.#expect('=');
      attrs[key] = this.#value();
    }
    const source = this.#peek().startsWith('@"')
      ? (JSON.parse(this.#take().slice(1)) as string)
      : undefined;
    // What the attributes should be is for `verify` to say.
    const typed = attrs as unknown as OpAttrs[OpName];
    return builder.addInferred<OpName>(op, inputs, typed, results, source);
  }

  #definition(): { name: string; aval: Aval } {
    if (!this.#peek().startsWith('%')) this.#fail('a value like %0');
    const name = this.#take();
    this.#expect(':');
    const dtype = this.#peek();
    if (!isDType(dtype)) this.#fail('a dtype');
    this.#next++;
    this.#expect('[');
    const shape = this.#list(']', () => this.#number());
    return { name, aval: { shape, dtype } };
  }

  #number(): number {
    const value = this.#value();
    if (typeof value !== 'number') this.#fail('a number');
    return value;
  }

  #value(): unknown {
    const token = this.#peek();
    if (token === 'graph') return this.graph();
    this.#next++;
    switch (token) {
      case '[':
        return this.#list(']', () => this.#value());
      case '{': {
        const fields = this.#list('}', (): [string, unknown] => {
          const key = JSON.parse(this.#take()) as string;
          this.#expect(':');
          return [key, this.#value()];
        });
        return Object.fromEntries(fields);
      }
      case 'true':
      case 'false':
        return token === 'true';
      case 'null':
        return null;
      case 'NaN':
        return NaN;
      default:
        break;
    }
    if (token.startsWith('"')) return JSON.parse(token);
    const number = Number(token);
    if (token === '' || Number.isNaN(number)) {
      this.#next--;
      this.#fail('a value');
    }
    return number;
  }

  #constant({ shape, dtype }: Aval): HostArray {
    const length = sizeOf(shape);
    if (this.#accept('[')) {
      const items = this.#list(']', () => this.#take());
      return fromNumbers(dtype, items);
    }
    const bytes = Uint8Array.from(atob(JSON.parse(this.#take()) as string), (c) =>
      c.codePointAt(0)!,
    );
    const data = hostArray(dtype, length);
    if (bytes.length !== data.byteLength) this.#fail(`${data.byteLength} bytes`);
    new Uint8Array(data.buffer).set(bytes);
    return data;
  }
}

function fromNumbers(dtype: DType, items: readonly string[]): HostArray {
  const data = hostArray(dtype, items.length);
  items.forEach((item, i) => {
    data[i] = data instanceof BigInt64Array ? BigInt(item) : Number(item);
  });
  return data;
}
