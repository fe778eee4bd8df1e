/** Random graphs of the ops that are fused into kernels, for tests that compare backends. */
import { GraphBuilder } from '@addax/core';
import type { DType, Graph, HostArray, OpAttrs, OpName } from '@addax/core';

/** Functions whose results are exact on small whole numbers. */
const UNARY = ['neg', 'abs', 'floor', 'sign', 'isNan'] as const;
const INTEGER_UNARY = ['neg', 'abs', 'not', 'sign'] as const;
const BINARY = ['add', 'sub', 'mul', 'max', 'min'] as const;
const INTEGER = ['add', 'sub', 'mul', 'div', 'rem', 'max', 'and', 'xor', 'shl', 'shr'] as const;

/** A graph and operands for it; all decisions come from `random`, a source of numbers in [0, 1). */
export class RandomGraph {
  readonly inputs: HostArray[] = [];
  private readonly builder = new GraphBuilder();
  private readonly values: number[] = [];
  private readonly random: () => number;
  private readonly dtype: 'float32' | 'int32' | 'uint32';

  constructor(random: () => number, dtype: 'float32' | 'int32' | 'uint32', size: number) {
    this.random = random;
    this.dtype = dtype;
    for (const shape of [[2, 3, 4], [2, 3, 4], [3, 4], [4], [2, 1, 4], []]) this.input(shape);
    for (let i = 0; i < size; i++) this.values.push(this.step());
  }

  graph(): Graph {
    const outputs = this.values.slice(6).filter(() => this.random() < 0.3);
    return this.builder.finish([...outputs.slice(-4), this.values[this.values.length - 1]]);
  }

  private below(n: number): number {
    return Math.floor(this.random() * n);
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  private add<Op extends OpName>(op: Op, inputs: readonly number[], attrs: OpAttrs[Op]): number {
    return this.builder.add(op, inputs, attrs)[0];
  }

  private input(shape: readonly number[]): void {
    this.values.push(this.builder.input({ shape, dtype: this.dtype }));
    const length = shape.reduce((a, b) => a * b, 1);
    const numbers = Array.from({ length }, () => (this.random() - 0.4) * 4);
    if (this.dtype === 'float32') this.inputs.push(Float32Array.from(numbers, Math.round));
    else if (this.dtype === 'int32') this.inputs.push(Int32Array.from(numbers, (x) => x * 250));
    else this.inputs.push(Uint32Array.from(numbers, (x) => Math.abs(x) * 250));
  }

  private shape(value: number): readonly number[] {
    return this.builder.aval(value).shape;
  }

  /** A value of this shape: one that is there, or the scalar spread out. */
  private like(shape: readonly number[]): number {
    const same = this.values.filter((value) => this.shape(value).join() === shape.join());
    if (same.length > 0 && this.random() < 0.8) return this.pick(same);
    const scalars = this.values.filter((value) => this.shape(value).length === 0);
    return this.add('broadcast', [this.pick(scalars)], { shape, axes: [] });
  }

  private cast(x: number, dtype: DType): number {
    return this.add('cast', [x], { dtype });
  }

  private step(): number {
    const { dtype } = this;
    const x = this.pick(this.random() < 0.6 ? this.values.slice(-6) : this.values);
    const shape = this.shape(x);
    const axis = this.below(Math.max(shape.length, 1));
    const rest = shape.map((_, i) => i).filter((i) => i !== axis);
    const at = (value: number, other: number): number[] =>
      shape.map((_, i) => (i === axis ? value : other));
    const kind = this.below(17);
    if (kind < 3) {
      const fn = this.pick<(typeof UNARY | typeof INTEGER_UNARY)[number]>(
        dtype === 'float32' ? UNARY : INTEGER_UNARY,
      );
      const y = this.add('unary', [x], { fn });
      return fn === 'isNan' ? this.cast(y, dtype) : y;
    }
    if (kind < 7) {
      const fn = this.pick<(typeof BINARY | typeof INTEGER)[number]>(
        dtype === 'float32' ? BINARY : INTEGER,
      );
      return this.add('binary', [x, this.like(shape)], { fn });
    }
    if (kind === 7) {
      const test = this.add('compare', [x, this.like(shape)], { fn: 'lt' });
      return this.add('select', [test, this.like(shape), x], {});
    }
    if (shape.length === 0) return this.add('broadcast', [x], { shape: [3, 4], axes: [] });
    switch (kind) {
      case 8:
        return this.add('reduce', [x], { fn: this.pick(['sum', 'max'] as const), axes: [axis] });
      case 9: {
        const sum = this.add('reduce', [x], { fn: 'sum', axes: [axis] });
        return this.add('broadcast', [sum], { shape, axes: rest });
      }
      case 10:
        return this.add('transpose', [x], {
          permutation: shape.map((_, i) => (i + 1) % shape.length),
        });
      case 11:
        return this.add('reverse', [x], { axes: [axis] });
      case 12: {
        const value = this.add('full', [], { value: 1, shape: [], dtype });
        return this.add('pad', [x, value], {
          low: at(1, 0),
          high: at(-1, 0),
          interior: shape.map(() => 0),
        });
      }
      case 13: {
        const joined = this.add('concat', [x, this.like(shape)], { axis });
        return this.add('slice', [joined], {
          start: at(1, 0),
          limit: shape.map((n, i) => (i === axis ? n + 1 : n)),
          strides: shape.map(() => 1),
        });
      }
      case 14: {
        const flat = this.add('reshape', [x], { shape: [shape.reduce((a, b) => a * b, 1)] });
        return this.add('reshape', [this.add('unary', [flat], { fn: 'abs' })], { shape });
      }
      case 15: {
        const position = this.add('iota', [], { shape, axis, dtype: 'int32' });
        return this.add('binary', [x, this.cast(position, dtype)], { fn: 'add' });
      }
      default: {
        const index = this.add('argReduce', [x], { fn: this.pick(['max', 'min'] as const), axis });
        const flat = this.add('reshape', [index], {
          shape: [this.shape(index).reduce((a, b) => a * b, 1)],
        });
        const row = this.add('gather', [x, flat], { axis, batchDims: 0 });
        return this.add('slice', [row], {
          start: shape.map(() => 0),
          limit: shape.map((n, i) => (i === axis ? Math.min(this.shape(row)[axis], n) : n)),
          strides: shape.map(() => 1),
        });
      }
    }
  }
}
