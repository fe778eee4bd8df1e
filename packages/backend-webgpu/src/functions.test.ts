import { wgslFunctions as f, prelude } from '@addax/codegen/device';
import type { DType, UnaryFn } from '@addax/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { flatGroups, shader } from './library/words.ts';
import { valueType } from './storage.ts';
import { type BenchDevice, openBenchDevice } from './testing/bench-device.ts';

let device: BenchDevice;
beforeAll(async () => {
  device = await openBenchDevice();
});
afterAll(() => device.close());

type Words = Float32Array | Int32Array | Uint32Array;

function stored(values: readonly number[], dtype: DType): Words {
  const type = valueType(dtype);
  if (type === 'f32') return Float32Array.from(values);
  return type === 'i32' ? Int32Array.from(values) : Uint32Array.from(values);
}

/** Values of texts in `x` and `y`, which have one dtype; beside each text stands its result's. */
async function evaluate(
  dtype: DType,
  columns: readonly (readonly number[])[],
  texts: readonly (readonly [text: string, dtype: DType])[],
): Promise<number[][]> {
  const count = columns[0]!.length;
  const stores = texts.map(([text, to], k) => {
    const bits = valueType(to) === 'u32' ? text : `bitcast<u32>(${text})`;
    return `  b${columns.length}[${k}u * count + thread] = ${bits};`;
  });
  const kernel = shader({
    label: 'functions',
    bindings: [
      ...columns.map(() => ({ use: 'read' as const, type: valueType(dtype) })),
      { use: 'write', type: 'u32' },
    ],
    names: ['count'],
    threads: 64,
    declarations: prelude(stores.join('\n')),
    body: `  if (thread >= count) { return; }
${columns.map((_, i) => `  let ${'xy'[i]} = b${i}[thread];`).join('\n')}
${stores.join('\n')}`,
  });
  const buffers = [...columns.map((c) => stored(c, dtype)), new Uint32Array(count * texts.length)];
  const groups = flatGroups(count, 64, device.abilities.maxGroups);
  const words = (await device.runShader(kernel, buffers, [count], groups)).at(-1)!;
  return texts.map(([, to], k) => {
    const part = Uint32Array.from(words.subarray(k * count, (k + 1) * count));
    const kind = valueType(to);
    if (kind === 'u32') return [...part];
    return [...(kind === 'f32' ? new Float32Array(part.buffer) : new Int32Array(part.buffer))];
  });
}

/** Numbers evenly over a range. */
function between(low: number, high: number, count = 800): number[] {
  return Array.from({ length: count }, (_, i) =>
    Math.fround(low + ((high - low) * (i + 0.37)) / count),
  );
}

/** Numbers of both signs whose powers of two are evenly over a range. */
function powers(low: number, high: number): number[] {
  return between(low, high).map((e, i) => Math.fround((i % 2 ? -1 : 1) * 2 ** e));
}

/** Distance in units in the last place of what is expected; subnormal results may flush. */
function units(actual: number, expected: number): number {
  if (Math.abs(expected) < 2 ** -126 && Math.abs(actual) < 2 ** -126) return 0;
  const rounded = Math.fround(expected);
  if (Object.is(actual, rounded) || actual === rounded) return 0;
  return Math.abs(actual - expected) / 2 ** (Math.floor(Math.log2(Math.abs(expected))) - 23);
}

const wide = [...between(-10, 10), ...between(-12000, 12000), ...powers(-20, 126)];
const unit = [...between(-1, 1), ...powers(-30, 0)];
/** Reference, arguments, units in the last place. */
const REAL: Partial<Record<UnaryFn, readonly [(x: number) => number, readonly number[], number]>> =
  {
    exp: [Math.exp, between(-100, 89), 2],
    expm1: [Math.expm1, [...between(-20, 89), ...powers(-30, 4)], 2],
    log: [Math.log, [...between(0.5, 2), ...powers(-126, 127).map(Math.abs)], 1.5],
    log1p: [Math.log1p, [...between(-1, 3), ...powers(-30, 127).map(Math.abs)], 2],
    tanh: [Math.tanh, [...between(-10, 10), ...powers(-30, 100)], 3],
    sinh: [Math.sinh, [...between(-90, 90), ...powers(-30, 4)], 3],
    cosh: [Math.cosh, between(-90, 90), 2],
    asinh: [Math.asinh, [...between(-9, 9), ...powers(-30, 126)], 2.5],
    acosh: [Math.acosh, [...between(1, 2), ...powers(0, 126).map(Math.abs)], 2.5],
    atanh: [Math.atanh, unit, 3],
    sin: [Math.sin, wide, 3],
    cos: [Math.cos, wide, 3],
    tan: [Math.tan, wide, 5],
    asin: [Math.asin, unit, 3],
    acos: [Math.acos, unit, 2],
    atan: [Math.atan, powers(-30, 100), 2],
    rsqrt: [(x) => 1 / Math.sqrt(x), powers(-120, 120).map(Math.abs), 2.5],
  };
const EDGES = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 3.4e38, -100, 1e-30].map(
  Math.fround,
);

const POINTS: Partial<Record<UnaryFn, readonly (readonly [x: number, y: number])[]>> = {
  erf: [
    [0.0001, 0.000112837913483],
    [0.3, 0.328626771753],
    [-0.7, -0.677801185597],
    [0.93, 0.811563561983],
    [1.5, 0.966105146475],
    [-2.5, -0.999593047983],
    [3.5, 0.999999256902],
  ],
  erfInv: [
    [0.001, 0.00088622719956],
    [0.3, 0.272462726106],
    [-0.7, -0.732869059883],
    [0.95, 1.38590375224],
    [0.999, 2.3267563268],
    [-0.99999, -3.12320577117],
  ],
  lgamma: [
    [0.001, 6.90717883786],
    [0.4, 0.796677802435],
    [0.99, 0.00585480110192],
    [1.01, -0.00569030259705],
    [1.5, -0.120782237635],
    [2.2, 0.0969474927446],
    [5.5, 3.95781396762],
    [30, 71.2570389672],
    [1e10, 220258509289],
    [-0.4, 1.31452458423],
    [-7.3, -7.7791024571],
  ],
  digamma: [
    [0.001, -1000.57552443],
    [0.4, -2.56138450122],
    [1, -0.577215664902],
    [1.4616, -3.1158485748e-5],
    [1.5, 0.0364899739786],
    [2.2, 0.544293464061],
    [5.5, 1.61109314858],
    [30, 3.38443813269],
    [1e10, 23.0258509299],
    [-0.4, 0.95938072718],
    [-7.3, 4.33730445376],
  ],
};

function unary(fn: UnaryFn): [string, 'float32'] {
  return [f.unary[fn as Exclude<UnaryFn, 'isNan' | 'isFinite'>]('x', 'float32'), 'float32'];
}

describe('functions in WGSL', () => {
  test('real functions are within a few units in the last place, edges too', async () => {
    const fns = Object.keys(REAL) as (keyof typeof REAL)[];
    for (const fn of fns) {
      const [reference, samples, limit] = REAL[fn]!;
      const x = [...samples, ...EDGES];
      const [y] = await evaluate('float32', [x], [unary(fn)]);
      const off = x.map((v, i) => units(y![i]!, reference(v)));
      const worst = off.findIndex((distance) => !(distance <= limit));
      const first = worst < 0 ? 'none' : `${fn}(${x[worst]}) = ${y![worst]}, off by ${off[worst]}`;
      expect(first).toBe('none');
    }
  });

  test('special functions are right to 1e-6', async () => {
    const fns = Object.keys(POINTS) as (keyof typeof POINTS)[];
    const results = await Promise.all(
      fns.map((fn) => evaluate('float32', [POINTS[fn]!.map(([x]) => x)], [unary(fn)])),
    );
    for (const [i, fn] of fns.entries()) {
      for (const [k, [x, y]] of POINTS[fn]!.entries()) {
        // The argument itself is rounded to float32.
        const near = Math.abs(results[i]![0]![k]! - y) <= 1e-6 * Math.abs(y) + 1.5e-7;
        expect([fn, x, near]).toEqual([fn, x, true]);
      }
    }
  });

  test('powers follow IEEE 754', async () => {
    const [a, b] = [
      [2, 1.0001, 0.3, -2, -2, -2, 0, -0, -0, 0, NaN, 1, -1, Infinity, -Infinity, 0.5, 2, -3, 1e10],
      [10, 700000, 70, 3, -2, 0.5, 0, -3, 3, -1, 0, NaN, Infinity, -1, 3, -Infinity, NaN, 2, 2],
    ].map((values) => values.map(Math.fround));
    const [y] = await evaluate('float32', [a, b], [[f.binary.pow('x', 'y', 'float32'), 'float32']]);
    const expected = a.map((x, i) => (x === 1 || (x === -1 && b[i] === Infinity) ? 1 : x ** b[i]!));
    expect(expected.map((value, i) => (units(y![i]!, value) <= 4 ? value : y![i]))).toEqual(
      expected,
    );
  });

  test('a remainder of floats is exact and has the sign of the dividend', async () => {
    const a = [5.5, -5.5, 1e30, 3e38, -0, 7, NaN, Infinity, 1, -6, 16777216];
    const b = [2, 2, 0.7, 3, 1, 0, 1, 2, Infinity, 3, 0.1].map(Math.fround);
    const x = a.map(Math.fround);
    const [y] = await evaluate('float32', [x, b], [[f.binary.rem('x', 'y', 'float32'), 'float32']]);
    expect(y).toEqual(x.map((value, i) => value % b[i]!));
  });

  test('NaN stays in extremes and is unequal to all', async () => {
    const texts = [
      [f.binary.min('x', 'y', 'float32'), 'float32'],
      [f.binary.max('x', 'y', 'float32'), 'float32'],
      [f.truth(f.compare.ne('x', 'y', 'float32')), 'bool'],
      [f.truth(f.negate(f.compare.lt('x', 'y', 'float32'))), 'bool'],
      [f.truth(f.compare.ge('x', 'y', 'float32')), 'bool'],
      [f.truth(f.test.isNan('x', 'float32')), 'bool'],
      [f.truth(f.test.isFinite('x', 'float32')), 'bool'],
      [f.unary.sign('x', 'float32'), 'float32'],
    ] as const;
    const columns = [
      [NaN, 1, NaN, -2, Infinity],
      [1, NaN, NaN, 3, 1],
    ];
    expect(await evaluate('float32', columns, texts)).toEqual([
      [NaN, NaN, NaN, -2, 1],
      [NaN, NaN, NaN, 3, Infinity],
      [1, 1, 1, 1, 1],
      [1, 1, 1, 0, 1],
      [0, 0, 0, 0, 1],
      [1, 0, 1, 0, 0],
      [0, 1, 0, 1, 0],
      [NaN, 1, NaN, -1, 1],
    ]);
  });

  test('floats become integers by truncation, saturate, and NaN is 0', async () => {
    const x = [2.7, -2.7, NaN, Infinity, -3e9, 3e9, 300, -0.5];
    const dtypes = ['int32', 'uint32', 'int8', 'uint16', 'bool'] as const;
    const texts = dtypes.map((to) => [f.cast('x', 'float32', to), to] as const);
    expect(await evaluate('float32', [x], texts)).toEqual([
      [2, -2, 0, 2147483647, -2147483648, 2147483647, 300, 0],
      [2, 0, 0, 4294967295, 0, 3000000000, 300, 0],
      [2, -2, 0, 127, -128, 127, 127, 0],
      [2, 0, 0, 65535, 0, 65535, 300, 0],
      [1, 1, 1, 1, 1, 1, 1, 1],
    ]);
  });

  test('narrow floats round half to even, overflow and keep NaN', async () => {
    const x = [1.0009765625, 1.00048828125, 65519, 65520, -70000, NaN, 2 ** -24, 3e-8, 1.00390625];
    const texts = [
      [f.cast('x', 'float32', 'float16'), 'float16'],
      [f.cast('x', 'float32', 'bfloat16'), 'bfloat16'],
      [f.bitcast(f.cast('x', 'float32', 'float16'), 'float16', 'uint16'), 'uint16'],
    ] as const;
    expect(await evaluate('float32', [x.map(Math.fround)], texts)).toEqual([
      [1.0009765625, 1, 65504, Infinity, -Infinity, NaN, 2 ** -24, 2 ** -24, 1.00390625],
      [1, 1, 65536, 65536, -70144, NaN, 2 ** -24, expect.closeTo(3e-8, 9), 1],
      [0x3c01, 0x3c00, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 1, 1, 0x3c04],
    ]);
  });

  test('integers wrap, divide by zero to zero, and mask shift counts', async () => {
    const columns = [
      [-2147483648, 7, -7, 7, 2147483647],
      [-1, 0, 2, 33, 2],
    ];
    const texts = (['div', 'rem', 'mul', 'shl', 'shr', 'pow'] as const).map(
      (fn) => [f.binary[fn]('x', 'y', 'int32'), 'int32'] as const,
    );
    expect(await evaluate('int32', columns, texts)).toEqual([
      [-2147483648, 0, -3, 0, 1073741823],
      [0, 0, -1, 7, 1],
      [-2147483648, 0, -14, 231, -2],
      [0, 7, -28, 14, -4],
      [-1, 7, -2, 3, 536870911],
      [0, 1, 49, Number(BigInt.asIntN(32, 7n ** 33n)), 1],
    ]);
    const narrow = [
      [f.binary.div('x', 'y', 'int8'), 'int8'],
      [f.unary.abs('x', 'int8'), 'int8'],
      [f.binary.shl('x', 'y', 'int8'), 'int8'],
      [f.cast('x', 'int8', 'uint8'), 'uint8'],
    ] as const;
    const small = [
      [-128, 100, -1],
      [-1, 0, 9],
    ];
    expect(await evaluate('int8', small, narrow)).toEqual([
      [-128, 0, 0],
      [-128, 100, 1],
      [0, 100, -2],
      [128, 100, 255],
    ]);
  });
});
