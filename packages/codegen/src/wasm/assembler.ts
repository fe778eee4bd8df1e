/**
 * A WebAssembly assembler: functions are written instruction by instruction, modules are made of
 * finished functions. Calls name their target, so that a function is the same bytes in every module
 * until it is placed in one, and equal functions can be found by comparing them.
 */
import { OPCODES, TYPES } from './opcodes.ts';
import type { Opcode, ValueType } from './opcodes.ts';

/** A byte, or the name of a function whose index belongs here. */
type Code = (number | string)[];

/** Unsigned LEB128. */
function unsigned(value: number, to: Code): void {
  for (let rest = value >>> 0; ;) {
    const byte = rest & 0x7f;
    rest >>>= 7;
    if (rest === 0) {
      to.push(byte);
      return;
    }
    to.push(byte | 0x80);
  }
}

/** Signed LEB128 of 32 bits. */
function signed(value: number, to: Code): void {
  for (let rest = value | 0; ;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) {
      to.push(byte);
      return;
    }
    to.push(byte | 0x80);
  }
}

function bytesOf(values: Float32Array | Float64Array | BigInt64Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer);
}

/** A function that is ready to be placed in modules. */
export interface WasmFunction {
  readonly parameters: readonly ValueType[];
  /** Equal for functions of equal code. */
  readonly key: string;
  /** Functions it calls, by name. */
  readonly calls: readonly string[];
  /** Locals and instructions. */
  readonly code: readonly (number | string)[];
}

/** Writes one function; nothing is returned from it, results go to memory. */
export class FunctionBuilder {
  private readonly parameters: readonly ValueType[];
  private readonly locals: ValueType[] = [];
  private code: Code = [];

  constructor(parameters: readonly ValueType[]) {
    this.parameters = parameters;
  }

  /** A new local; zero at first. */
  local(type: ValueType): number {
    this.locals.push(type);
    return this.parameters.length + this.locals.length - 1;
  }

  /** An instruction without immediates. */
  op(...names: readonly Opcode[]): this {
    for (const name of names) {
      const opcode: number = OPCODES[name];
      if (opcode < 0x100) {
        this.code.push(opcode);
      } else {
        this.code.push(opcode >> 16);
        unsigned(opcode & 0xffff, this.code);
      }
    }
    return this;
  }

  get(local: number): this {
    this.op('local.get');
    unsigned(local, this.code);
    return this;
  }

  set(local: number): this {
    this.op('local.set');
    unsigned(local, this.code);
    return this;
  }

  tee(local: number): this {
    this.op('local.tee');
    unsigned(local, this.code);
    return this;
  }

  i32(value: number): this {
    this.op('i32.const');
    signed(value, this.code);
    return this;
  }

  f32(value: number): this {
    this.op('f32.const').code.push(...bytesOf(Float32Array.of(value)));
    return this;
  }

  f64(value: number): this {
    this.op('f64.const').code.push(...bytesOf(Float64Array.of(value)));
    return this;
  }

  /** A vector constant from its bytes. */
  v128(values: Float32Array | Float64Array | BigInt64Array | Int32Array): this {
    this.op('v128.const').code.push(...bytesOf(values));
    return this;
  }

  /** An instruction that takes the number of a lane. */
  lane(name: Opcode, lane: number): this {
    this.op(name).code.push(lane);
    return this;
  }

  /** A load or store at the address on the stack plus `offset` bytes; unaligned is allowed. */
  memory(name: Opcode, offset = 0, lane?: number): this {
    this.op(name).code.push(0);
    unsigned(offset, this.code);
    if (lane !== undefined) this.code.push(lane);
    return this;
  }

  /** Picks 4-byte lanes: 0 to 3 of the first operand, 4 to 7 of the second. */
  shuffle(a: number, b: number, c: number, d: number): this {
    this.op('i8x16.shuffle');
    for (const lane of [a, b, c, d]) {
      for (let byte = 0; byte < 4; byte++) this.code.push(4 * lane + byte);
    }
    return this;
  }

  /** Calls a function by name. */
  call(name: string): this {
    this.op('call').code.push(name);
    return this;
  }

  /** Opens a block, loop or if without results. */
  open(name: 'block' | 'loop' | 'if'): this {
    this.op(name).code.push(0x40);
    return this;
  }

  else(): this {
    return this.op('else');
  }

  end(): this {
    return this.op('end');
  }

  /** Leaves blocks (or repeats a loop), counted from the inside. */
  branch(name: 'br' | 'br_if', depth: number): this {
    this.op(name);
    unsigned(depth, this.code);
    return this;
  }

  /** What `write` writes, held back to be put elsewhere by {@link append}. */
  capture(write: () => void): readonly (number | string)[] {
    const outer = this.code;
    const own: Code = [];
    this.code = own;
    write();
    this.code = outer;
    return own;
  }

  append(code: readonly (number | string)[]): this {
    for (const item of code) this.code.push(item);
    return this;
  }

  finish(): WasmFunction {
    const head: Code = [];
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.locals) {
      const last = runs[runs.length - 1];
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    unsigned(runs.length, head);
    for (const { type, count } of runs) {
      unsigned(count, head);
      head.push(TYPES[type]);
    }
    const code = [...head, ...this.code, OPCODES.end];
    const calls = new Set(code.filter((item) => typeof item === 'string'));
    return {
      parameters: this.parameters,
      calls: [...calls],
      code,
      key: `${this.parameters.join()}:${code.map((item) => (typeof item === 'number' ? String.fromCharCode(item) : `<${item}>`)).join('')}`,
    };
  }
}

/** The imports of a module: a memory, and functions of float64. */
export interface WasmImports {
  /** Number of float64 parameters of each importable function. */
  readonly arity: (name: string) => number;
}

function section(id: number, items: readonly Code[], to: Code): void {
  if (items.length === 0) return;
  const body: Code = [];
  unsigned(items.length, body);
  for (const item of items) body.push(...item);
  to.push(id);
  unsigned(body.length, to);
  for (const byte of body) to.push(byte);
}

function text(value: string): Code {
  return [value.length, ...Array.from(value, (letter) => letter.charCodeAt(0))];
}

/**
 * A module that imports the memory `env.memory` and what its functions call from `env`, and exports
 * the functions as `f0`, `f1`, ….
 */
export function assembleModule(
  functions: readonly WasmFunction[],
  { arity }: WasmImports,
): Uint8Array<ArrayBuffer> {
  const imported = [...new Set(functions.flatMap(({ calls }) => calls))];
  const types: Code[] = [];
  const typeNumbers = new Map<string, number>();
  const typeOf = (parameters: readonly ValueType[], results: readonly ValueType[]): number => {
    const key = `${parameters.join()}>${results.join()}`;
    let number = typeNumbers.get(key);
    if (number === undefined) {
      typeNumbers.set(key, (number = types.length));
      const code: Code = [0x60];
      for (const list of [parameters, results]) {
        unsigned(list.length, code);
        for (const type of list) code.push(TYPES[type]);
      }
      types.push(code);
    }
    return number;
  };
  const imports: Code[] = [[...text('env'), ...text('memory'), 0x02, 0x00, 0x01]];
  for (const name of imported) {
    const code: Code = [...text('env'), ...text(name), 0x00];
    unsigned(typeOf(new Array<ValueType>(arity(name)).fill('f64'), ['f64']), code);
    imports.push(code);
  }
  const declarations: Code[] = [];
  const exports: Code[] = [];
  const bodies: Code[] = [];
  functions.forEach((item, i) => {
    const declaration: Code = [];
    unsigned(typeOf(item.parameters, []), declaration);
    declarations.push(declaration);
    const entry: Code = [...text(`f${i}`), 0x00];
    unsigned(imported.length + i, entry);
    exports.push(entry);
    const code: Code = [];
    for (const byte of item.code) {
      if (typeof byte === 'number') code.push(byte);
      else unsigned(imported.indexOf(byte), code);
    }
    const body: Code = [];
    unsigned(code.length, body);
    for (const byte of code) body.push(byte);
    bodies.push(body);
  });
  const module: Code = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  section(1, types, module);
  section(2, imports, module);
  section(3, declarations, module);
  section(7, exports, module);
  section(10, bodies, module);
  return Uint8Array.from(module as number[]);
}
