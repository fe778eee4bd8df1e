/** Samples of loops, branches and composites, with bodies written as text. */
import { parse } from '../../graph/parse.ts';
import { operand, type OpSample, sample } from '../sample.ts';

/** state ← tanh(state · w + x); writes the state before the step. */
const recurrent = parse(`
graph(%0: float64[3, 3], %1: float64[2, 3], %2: float64[2, 3]) {
  %3: float64[2, 3] = dot(%1, %0) batch=[] contract=[[1, 0]]
  %4: float64[2, 3] = binary(%3, %2) fn="add"
  %5: float64[2, 3] = unary(%4) fn="tanh"
  return %5, %1
}`);

/** Adds x to the sum and counts the steps. */
const counting = parse(`
graph(%0: float32[], %1: int32[], %2: float32[]) {
  %3: float32[] = binary(%0, %2) fn="add"
  %4: int32[] = full() value=1 shape=[] dtype="int32"
  %5: int32[] = binary(%1, %4) fn="add"
  return %3, %5, %5
}`);

const square = parse(`
graph(%0: float64[4]) {
  %1: float64[4] = binary(%0, %0) fn="mul"
  return %1
}`);

const sine = parse(`
graph(%0: float64[4]) {
  %1: float64[4] = unary(%0) fn="sin"
  return %1
}`);

const below100 = parse(`
graph(%0: int32[], %1: int32[]) {
  %2: int32[] = full() value=100 shape=[] dtype="int32"
  %3: bool[] = compare(%1, %2) fn="lt"
  return %3
}`);

const times = parse(`
graph(%0: int32[], %1: int32[]) {
  %2: int32[] = binary(%1, %0) fn="mul"
  return %2
}`);

const loop = { constants: 1, carries: 1, saveCarries: true };
const recurrentInputs = [
  operand([3, 3], 'float64', 'unit'),
  operand([2, 3], 'float64', 'unit'),
  operand([4, 2, 3], 'float64', 'unit'),
];

export const SAMPLES: readonly OpSample[] = [
  sample(
    'scan',
    'recurrent',
    recurrentInputs,
    { ...loop, body: recurrent, length: 4, reverse: false },
    true,
  ),
  sample(
    'scan',
    'recurrent, reverse',
    recurrentInputs,
    { ...loop, body: recurrent, length: 4, reverse: true },
    true,
  ),
  sample(
    'scan',
    'without saved carries',
    recurrentInputs,
    { ...loop, body: recurrent, length: 4, reverse: false, saveCarries: false },
    true,
  ),
  sample(
    'scan',
    'two carries',
    [operand([], 'float32', [1]), operand([], 'int32', [0]), operand([5])],
    {
      body: counting,
      length: 5,
      constants: 0,
      carries: 2,
      reverse: true,
      saveCarries: false,
    },
  ),
  sample(
    'scan',
    'no steps',
    [operand([], 'float32', [1]), operand([], 'int32', [0]), operand([0])],
    {
      body: counting,
      length: 0,
      constants: 0,
      carries: 2,
      reverse: false,
      saveCarries: true,
    },
  ),
  ...[0, 1].map((value) =>
    sample(
      'cond',
      value === 1 ? 'then' : 'else',
      [operand([], 'bool', [value]), operand([4], 'float64')],
      { then: square, else: sine },
      true,
    ),
  ),
  ...[1, 100].map((start) =>
    sample(
      'while',
      start === 1 ? 'some steps' : 'no step',
      [operand([], 'int32', [3]), operand([], 'int32', [start])],
      {
        cond: below100,
        body: times,
        constants: 1,
      },
    ),
  ),
  sample(
    'call',
    'unknown name',
    [operand([4], 'float64')],
    { name: 'square', body: square, options: {} },
    true,
  ),
];
