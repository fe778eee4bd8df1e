/** Samples of the pointwise ops: every function, every family of dtypes, every edge value. */
import type { DType } from '../../dtypes.ts';
import type { BinaryFn, CompareFn, UnaryFn } from '../../graph/types.ts';
import { operand, type OpSample, sample, type SampleValues } from '../sample.ts';

/** Where each float function is smooth; undefined: it takes no floats. */
const UNARY_RANGES: Readonly<Record<UnaryFn, SampleValues | undefined>> = {
  neg: 'normal',
  abs: 'positive',
  sign: 'positive',
  floor: [-1.7, -0.2, 0.4, 1.3, 2.6, 7.9],
  ceil: [-1.7, -0.2, 0.4, 1.3, 2.6, 7.9],
  round: [-1.7, -0.2, 0.4, 1.3, 2.6, 7.9],
  sqrt: 'positive',
  rsqrt: 'positive',
  exp: 'normal',
  expm1: 'normal',
  log: 'positive',
  log1p: 'positive',
  sin: 'normal',
  cos: 'normal',
  tan: 'unit',
  asin: 'unit',
  acos: 'unit',
  atan: 'normal',
  sinh: 'normal',
  cosh: 'normal',
  tanh: 'normal',
  asinh: 'normal',
  acosh: [1.1, 1.5, 2, 3, 10, 50],
  atanh: 'unit',
  erf: 'normal',
  erfInv: 'unit',
  lgamma: [0.3, 0.9, 1.5, 2.5, 4.2, 11],
  digamma: [0.3, 0.9, 1.5, 2.5, 4.2, 11],
  not: undefined,
  isNan: 'normal',
  isFinite: 'normal',
};

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, 3.4e38, 1e-3];
const HALVES = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 2.5, 65504, 1e-3];
const isPredicate = (fn: UnaryFn): boolean => fn === 'isNan' || fn === 'isFinite';

const unary: OpSample[] = (Object.keys(UNARY_RANGES) as UnaryFn[]).flatMap((fn) => {
  const values = UNARY_RANGES[fn];
  if (values === undefined) return [];
  const smooth = (dtype: DType): ReturnType<typeof operand> => operand([2, 3], dtype, values);
  return [
    sample('unary', fn, [smooth('float32')], { fn }),
    sample('unary', `${fn} edges`, [operand([12], 'float32', SPECIAL)], { fn }),
    sample('unary', `${fn} float64`, [smooth('float64')], { fn }, !isPredicate(fn)),
    sample('unary', `${fn} float16`, [operand([12], 'float16', HALVES)], { fn }),
    sample('unary', `${fn} bfloat16`, [smooth('bfloat16')], { fn }),
  ];
});

const integers: OpSample[] = [
  ...(['neg', 'abs', 'sign', 'not'] as const).flatMap((fn) => [
    sample('unary', `${fn} int32`, [operand([5], 'int32', [-2147483648, -3, 0, 5, 2147483647])], {
      fn,
    }),
    sample('unary', `${fn} int8`, [operand([5], 'int8', [-128, -3, 0, 5, 127])], { fn }),
    sample('unary', `${fn} uint8`, [operand([4], 'uint8', [0, 1, 128, 255])], { fn }),
    sample('unary', `${fn} uint32`, [operand([4], 'uint32', [0, 1, 2147483648, 4294967295])], {
      fn,
    }),
    sample('unary', `${fn} int64`, [operand([4], 'int64', [-7, 0, 1, 2147483647])], { fn }),
  ]),
  sample('unary', 'not bool', [operand([4], 'bool', [0, 1, 1, 0])], { fn: 'not' }),
];

const FLOAT_BINARY: readonly BinaryFn[] = ['add', 'sub', 'mul', 'div', 'rem', 'pow', 'atan2'];
const LEFT = [NaN, 1, Infinity, -Infinity, 0, -0, 5.5, -5.5, 7, 0, 3, -2];
const RIGHT = [1, NaN, -Infinity, 2, -0, 0, 2, 2, 0, 0, -3, 3];

const floats: OpSample[] = [...FLOAT_BINARY, 'min' as const, 'max' as const].flatMap((fn) => {
  const left: SampleValues = fn === 'pow' ? 'positive' : 'normal';
  const pair = (dtype: DType): ReturnType<typeof operand>[] => [
    operand([3, 4], dtype, left),
    operand([3, 4], dtype, fn === 'div' || fn === 'rem' ? 'positive' : 'normal'),
  ];
  return [
    sample('binary', fn, pair('float32'), { fn }),
    sample(
      'binary',
      `${fn} edges`,
      [operand([12], 'float32', LEFT), operand([12], 'float32', RIGHT)],
      { fn },
    ),
    sample('binary', `${fn} float64`, pair('float64'), { fn }, true),
    sample('binary', `${fn} float16`, pair('float16'), { fn }),
    sample('binary', `${fn} bfloat16`, pair('bfloat16'), { fn }),
  ];
});

const LOW = [-2147483648, -2147483648, 7, -7, 7, -7, 2147483647, 0, 5, 1, -1, 2];
const OTHER = [-1, 0, 2, 2, -2, 0, 2147483647, 0, 3, -2, -3, -1];
const WORDS = [0, 1, 7, 250, 4294967295, 2147483648, 9, 3];
const SHIFTS = [1, 0, 2, 3, 1, 1, 33, 4];

const integerPairs: OpSample[] = [
  ...(
    ['add', 'sub', 'mul', 'div', 'rem', 'pow', 'min', 'max', 'and', 'or', 'xor'] as const
  ).flatMap((fn) => [
    sample('binary', `${fn} int32`, [operand([12], 'int32', LOW), operand([12], 'int32', OTHER)], {
      fn,
    }),
    sample(
      'binary',
      `${fn} int8`,
      [operand([5], 'int8', [-128, 100, 7, -7, 0]), operand([5], 'int8', [-1, 100, 2, 3, 0])],
      { fn },
    ),
    sample(
      'binary',
      `${fn} uint8`,
      [operand([4], 'uint8', [0, 200, 255, 7]), operand([4], 'uint8', [1, 100, 2, 0])],
      { fn },
    ),
    sample(
      'binary',
      `${fn} uint32`,
      [operand([8], 'uint32', WORDS), operand([8], 'uint32', SHIFTS)],
      { fn },
    ),
    sample(
      'binary',
      `${fn} int64`,
      [operand([4], 'int64', [-7, 7, 9, 0]), operand([4], 'int64', [2, 3, 0, 5])],
      { fn },
    ),
  ]),
  ...(['shl', 'shr'] as const).flatMap((fn) => [
    sample(
      'binary',
      `${fn} int32`,
      [operand([4], 'int32', [-9, 9, 1, -2147483648]), operand([4], 'int32', [1, 2, 33, 31])],
      { fn },
    ),
    sample(
      'binary',
      `${fn} uint32`,
      [operand([8], 'uint32', WORDS), operand([8], 'uint32', SHIFTS)],
      { fn },
    ),
    sample(
      'binary',
      `${fn} uint8`,
      [operand([3], 'uint8', [200, 3, 255]), operand([3], 'uint8', [1, 7, 9])],
      { fn },
    ),
  ]),
  ...(['and', 'or', 'xor'] as const).map((fn) =>
    sample(
      'binary',
      `${fn} bool`,
      [operand([4], 'bool', [0, 0, 1, 1]), operand([4], 'bool', [0, 1, 0, 1])],
      { fn },
    ),
  ),
];

/** Ties share the gradient, which finite differences cannot see: no gradient here. */
const ties: OpSample[] = (['min', 'max'] as const).map((fn) =>
  sample(
    'binary',
    `${fn} ties`,
    [operand([3], 'float64', [1, 2, 3]), operand([3], 'float64', [1, 3, 2])],
    { fn },
  ),
);

const comparisons: OpSample[] = (
  ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as readonly CompareFn[]
).flatMap((fn) => [
  sample('compare', fn, [operand([12], 'float32', LEFT), operand([12], 'float32', RIGHT)], { fn }),
  sample('compare', `${fn} int32`, [operand([12], 'int32', LOW), operand([12], 'int32', OTHER)], {
    fn,
  }),
  sample(
    'compare',
    `${fn} uint32`,
    [operand([8], 'uint32', WORDS), operand([8], 'uint32', SHIFTS)],
    { fn },
  ),
  sample(
    'compare',
    `${fn} bool`,
    [operand([4], 'bool', [0, 0, 1, 1]), operand([4], 'bool', [0, 1, 0, 1])],
    { fn },
  ),
  sample(
    'compare',
    `${fn} float16`,
    [operand([6], 'float16', 'integers'), operand([6], 'float16', 'integers')],
    { fn },
  ),
]);

const choices: OpSample[] = [
  sample(
    'select',
    'float',
    [operand([2, 3], 'bool', 'bool'), operand([2, 3]), operand([2, 3])],
    {},
  ),
  sample(
    'select',
    'float64',
    [operand([6], 'bool', 'bool'), operand([6], 'float64'), operand([6], 'float64')],
    {},
    true,
  ),
  sample(
    'select',
    'keeps NaN out',
    [
      operand([2], 'bool', [1, 0]),
      operand([2], 'float32', [1, NaN]),
      operand([2], 'float32', [NaN, 2]),
    ],
    {},
  ),
  sample(
    'select',
    'int32',
    [
      operand([4], 'bool', 'bool'),
      operand([4], 'int32', 'integers'),
      operand([4], 'int32', 'integers'),
    ],
    {},
  ),
  sample(
    'select',
    'bool, rank 0',
    [operand([], 'bool', [1]), operand([], 'bool', [0]), operand([], 'bool', [1])],
    {},
  ),
];

const FRACTIONS = [NaN, Infinity, -Infinity, -0, 0.5, -0.5, 2.7, -2.7, 300.2, -200, 3e9, -3e9];
const TARGETS: readonly DType[] = [
  'float16',
  'bfloat16',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'bool',
];

const casts: OpSample[] = [
  ...TARGETS.filter((dtype) => dtype !== 'int64').map((dtype) =>
    sample('cast', `float32 to ${dtype}`, [operand([12], 'float32', FRACTIONS)], { dtype }),
  ),
  ...[...TARGETS, 'float32' as const].map((dtype) =>
    sample('cast', `int32 to ${dtype}`, [operand([6], 'int32', [0, 1, -1, 127, 300, -70000])], {
      dtype,
    }),
  ),
  sample('cast', 'float32 to int64', [operand([4], 'float32', [0.5, -2.7, 300, NaN])], {
    dtype: 'int64',
  }),
  sample('cast', 'uint32 to float32', [operand([2], 'uint32', [4294967295, 7])], {
    dtype: 'float32',
  }),
  sample('cast', 'uint32 to int32', [operand([2], 'uint32', [4294967295, 7])], { dtype: 'int32' }),
  sample('cast', 'int64 to int32', [operand([3], 'int64', [7, -7, 0])], { dtype: 'int32' }),
  sample('cast', 'float64 to float32', [operand([3], 'float64', [0.1, 1e300, -1e-300])], {
    dtype: 'float32',
  }),
  sample('cast', 'bool to float32', [operand([2], 'bool', [0, 1])], { dtype: 'float32' }),
  sample('cast', 'float16 to float32', [operand([12], 'float16', HALVES)], { dtype: 'float32' }),
  sample('bitcast', 'float32 to uint32', [operand([3], 'float32', [1, -0, 0.1])], {
    dtype: 'uint32',
  }),
  sample('bitcast', 'int32 to float32', [operand([2], 'int32', [1065353216, 0])], {
    dtype: 'float32',
  }),
  sample('bitcast', 'int8 to uint8', [operand([2], 'int8', [-1, 5])], { dtype: 'uint8' }),
  sample('bitcast', 'uint32 to int32', [operand([2], 'uint32', [4294967295, 5])], {
    dtype: 'int32',
  }),
  sample('stopGradient', 'float', [operand([2, 2])], {}),
  sample('stopGradient', 'int32', [operand([3], 'int32', 'integers')], {}),
];

export const SAMPLES: readonly OpSample[] = [
  ...unary,
  ...integers,
  ...floats,
  ...integerPairs,
  ...ties,
  ...comparisons,
  ...choices,
  ...casts,
];
