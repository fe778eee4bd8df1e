/** Seeded random graphs of 5–40 nodes: a backend against the reference, shrunk on failure. */
import fc from 'fast-check';
import {
  type Backend,
  type BinaryFn,
  type CompareFn,
  type DType,
  type Graph,
  GraphBuilder,
  type HostArray,
  print,
  type UnaryFn,
  type ValueId,
  verify,
} from '@addax/core';
import { isExact, numbersOf, runGraph, sampleValues } from './execute.ts';
import { firstDifference } from './tolerances.ts';

/** Functions whose values stay tame when chained. */
const UNARY: readonly UnaryFn[] = ['neg', 'abs', 'sin', 'cos', 'tanh', 'floor', 'sign', 'erf'];
const BINARY: readonly BinaryFn[] = ['add', 'sub', 'mul', 'min', 'max'];
const COMPARE: readonly CompareFn[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

const SHAPES: readonly (readonly number[])[] = [[4, 6], [6], [2, 3, 4], [1], [], [5, 1]];

/** A source of choices: each number decides one thing. */
class Choices {
  readonly #numbers: readonly number[];
  #position = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  next(below: number): number {
    const value = this.#numbers[this.#position++ % this.#numbers.length]!;
    return (value >>> (this.#position % 7)) % below;
  }

  of<T>(items: readonly T[]): T {
    return items[this.next(items.length)]!;
  }
}

/** A graph from a list of numbers; every list gives a valid graph. */
export function graphFrom(numbers: readonly number[]): Graph {
  const choices = new Choices(numbers);
  const builder = new GraphBuilder();
  const values: ValueId[] = [];
  for (let i = 0; i < 3; i++) {
    const dtype: DType = i === 2 ? 'int32' : 'float32';
    values.push(builder.input({ shape: choices.of(SHAPES), dtype }));
  }
  for (let i = 0; i < numbers.length; i++) addNode(builder, values, choices);
  const outputs = new Set([values.at(-1)!, choices.of(values), choices.of(values.slice(3))]);
  return builder.finish([...outputs]);
}

function addNode(builder: GraphBuilder, values: ValueId[], choices: Choices): void {
  const x = choices.of(values);
  const { shape, dtype } = builder.aval(x);
  const float = dtype === 'float32';
  const like = values.filter((id) => {
    const aval = builder.aval(id);
    return aval.dtype === dtype && aval.shape.join() === shape.join();
  });
  const push = (ids: readonly ValueId[]): void => void values.push(...ids);
  const axis = choices.next(Math.max(shape.length, 1));
  switch (choices.next(14)) {
    case 0:
      if (float) return push(builder.add('unary', [x], { fn: choices.of(UNARY) }));
      return push(builder.add('unary', [x], { fn: dtype === 'bool' ? 'not' : 'neg' }));
    case 1:
    case 2: {
      const fn = dtype === 'bool' ? 'and' : choices.of(BINARY);
      return push(builder.add('binary', [x, choices.of(like)], { fn }));
    }
    case 3:
      return push(builder.add('compare', [x, choices.of(like)], { fn: choices.of(COMPARE) }));
    case 4: {
      const condition = builder.add('compare', [x, choices.of(like)], { fn: 'lt' })[0]!;
      return push(builder.add('select', [condition, x, choices.of(like)], {}));
    }
    case 5: {
      const target: DType = choices.of(['float32', 'int32', 'bool'] as const);
      const tame = float && target === 'int32';
      const source = tame ? builder.add('unary', [x], { fn: 'tanh' })[0]! : x;
      return push(builder.add('cast', [source], { dtype: target }));
    }
    case 6: {
      const target = [3, ...shape];
      const axes = shape.map((_, i) => i + 1);
      if (target.length > 4) return;
      return push(builder.add('broadcast', [x], { shape: target, axes }));
    }
    case 7:
      return push(builder.add('reshape', [x], { shape: [shape.reduce((a, b) => a * b, 1)] }));
    case 8:
      return push(
        builder.add('transpose', [x], { permutation: shape.map((_, i) => shape.length - 1 - i) }),
      );
    case 9: {
      if (shape.length === 0 || shape[axis]! < 2) return;
      const start = shape.map((_, i) => (i === axis ? 1 : 0));
      const strides = shape.map((_, i) => (i === axis ? 1 + choices.next(2) : 1));
      return push(builder.add('slice', [x], { start, limit: shape, strides }));
    }
    case 10: {
      if (dtype === 'bool') return;
      const zero = builder.add('full', [], { value: 1, shape: [], dtype })[0]!;
      const low = shape.map((_, i) => (i === axis ? 1 : 0));
      const high = shape.map(() => choices.next(2));
      const interior = shape.map(() => choices.next(2));
      if (shape.reduce((a, b) => a * b, 1) > 500) return;
      return push(builder.add('pad', [x, zero], { low, high, interior }));
    }
    case 11:
      if (shape.length === 0) return;
      return push(builder.add('reverse', [x], { axes: [axis] }));
    case 12: {
      if (shape.length === 0 || dtype === 'bool') return;
      const fn = choices.of(['sum', 'max', 'min'] as const);
      return push(builder.add('reduce', [x], { fn, axes: [axis] }));
    }
    default:
      if (shape.length === 0) return;
      if (shape.reduce((a, b) => a * b, 1) > 500) return;
      return push(builder.add('concat', [x, choices.of(like)], { axis }));
  }
}

/** Options of {@link checkRandomGraphs}. */
export interface RandomGraphOptions {
  readonly seed: number;
  readonly runs: number;
}

/** Throws, with the smallest failing graph printed, if a backend differs from the reference. */
export async function checkRandomGraphs(
  backend: Backend,
  reference: Backend,
  { seed, runs }: RandomGraphOptions,
): Promise<void> {
  const numbers = fc.array(fc.integer({ min: 0, max: 2 ** 30 }), { minLength: 5, maxLength: 40 });
  const property = fc.asyncProperty(numbers, async (list) => {
    await compareGraph(backend, reference, graphFrom(list));
  });
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: false });
}

async function compareGraph(backend: Backend, reference: Backend, graph: Graph): Promise<void> {
  verify(graph);
  const inputs = graph.inputs.map((id, i): HostArray => {
    const { shape, dtype } = graph.avals[id]!;
    return sampleValues({ shape, dtype, values: dtype === 'int32' ? 'integers' : 'normal' }, 9 + i);
  });
  const expected = await runGraph(reference, graph, inputs);
  const actual = await runGraph(backend, graph, inputs);
  for (const [i, id] of graph.outputs.entries()) {
    const aval = graph.avals[id]!;
    const tolerance = isExact(aval) ? { rtol: 0, atol: 0 } : { rtol: 1e-4, atol: 1e-4 };
    const difference = firstDifference(
      numbersOf(actual[i]!, aval),
      numbersOf(expected[i]!, aval),
      tolerance,
    );
    if (difference !== undefined) {
      throw new Error(`output ${i}: ${difference}\n${print(graph)}`);
    }
  }
}
