import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DType, DTYPES, hostArray } from '../dtypes.ts';
import { FormatError } from '../errors.ts';
import { SAMPLES } from '../ops/samples.ts';
import { GraphBuilder } from './builder.ts';
import { graphKey } from './key.ts';
import { parse } from './parse.ts';
import { print } from './print.ts';
import type { Graph, OpName, ValueId } from './types.ts';

const TEXT = `graph(%0: float32[2, 3], %1: float32[]) {
  %2: float32[3] = constant [0.5, -0, NaN]
  %3: float32[2, 3] = broadcast(%2) shape=[2, 3] axes=[1] @"dense \\"1\\"/add"
  %4: float32[2, 3] = full() value=-Infinity shape=[2, 3] dtype="float32"
  %5: float32[2, 3], %6: int32[2, 3] = sort(%3) axis=1 descending=false
  return %5, %0, %6
}`;

test('the text is readable and stays the same when read back', () => {
  expect(print(parse(TEXT))).toBe(TEXT);
});

test('values are numbered in the order of their definition', () => {
  const graph = parse(TEXT);
  const shuffled = parse(TEXT.replaceAll('%6', '%60').replaceAll('%1', '%100'));
  expect(print(shuffled)).toBe(print(graph));
});

test('every sample graph, bodies included, survives print and parse', () => {
  for (const { op, name, inputs, attrs } of SAMPLES) {
    const builder = new GraphBuilder();
    const ids = inputs.map(({ shape, dtype }) => builder.input({ shape, dtype }));
    const outputs = builder.add<OpName>(op, ids, attrs, `${op} ${name}`);
    const graph = builder.finish(outputs);
    const back = parse(print(graph));
    expect(print(back)).toBe(print(graph));
    expect(graphKey(back)).toBe(graphKey(graph));
  }
});

function randomNode(
  builder: GraphBuilder,
  kind: number,
  x: ValueId,
  y: ValueId,
  dtype: DType,
  value: number,
  source: string | undefined,
): readonly ValueId[] {
  const { shape } = builder.aval(x);
  const axes = shape.map((_, i) => i + 1);
  switch (kind) {
    case 0:
      return builder.add('full', [], { value, shape, dtype: 'float64' }, source);
    case 1:
      return builder.add('cast', [x], { dtype }, source);
    case 2:
      return builder.add('reshape', [x], { shape: [1, ...shape] }, source);
    case 3:
      return builder.add('broadcast', [x], { shape: [2, ...shape], axes }, source);
    default: {
      const bits = builder.add('compare', [x, x], { fn: 'ne' }, source);
      const same = x === y ? [x, y] : [x, x];
      return builder.add('select', [bits[0]!, ...same], {}, source);
    }
  }
}

/** A chain of random nodes over one input and one random constant. */
const graphs = fc
  .record({
    dtype: fc.constantFrom(...DTYPES),
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    steps: fc.array(fc.record({ kind: fc.nat(4), pick: fc.nat(), value: fc.double() }), {
      maxLength: 12,
    }),
    source: fc.option(fc.string(), { nil: undefined }),
  })
  .map(({ dtype, shape, bytes, steps, source }): Graph => {
    const builder = new GraphBuilder();
    const values: ValueId[] = [builder.input({ shape, dtype })];
    const data = hostArray(
      dtype,
      shape.reduce((a, b) => a * b, 1),
    );
    const raw = new Uint8Array(data.buffer);
    // Bits of a NaN differ after a trip through text; small exponents keep clear of them.
    raw.forEach((_, i) => (raw[i] = (bytes[i % bytes.length] ?? 0) & 0x3f));
    values.push(builder.constant({ shape, dtype }, data));
    for (const { kind, pick, value } of steps) {
      const x = values[pick % values.length]!;
      const y = values[(pick + kind) % values.length]!;
      values.push(...randomNode(builder, kind, x, y, dtype, value, source));
    }
    return builder.finish(values.slice(-2));
  });

test('random graphs with constants of every dtype survive print and parse', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      expect(parse(print(graph))).toEqual(graph);
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['graph(%0: float32[2]) { return %1 }', 'line 1: expected a value defined before, found %1'],
  ['graph(%0: float31[2]) { return %0 }', 'expected a dtype, found float31'],
  ['graph(%0: float32[2]) {\n  %1: float32[2] = foo(%0)\n}', 'line 2: expected an op, found foo'],
  ['graph(%0: float32[2]) {', 'expected a value like %0, found the end'],
  ['graph() { return } more', 'expected the end, found more'],
  ['graph() { ! }', 'an unknown sign'],
])('%s is refused, saying where', (text, message) => {
  expect(() => parse(text)).toThrow(FormatError);
  expect(() => parse(text)).toThrow(message);
});
