import { describe, expect, test } from '@jest/globals';
import { parse } from '@addax/core';
import { chooseLoop, describeChoice, figuresOf, type LoopFigures } from './loops.ts';
import { partition } from './parts.ts';

/** A step of a small dense net with Adam: about what `fit` runs with 10,000 weights. */
const SMALL: LoopFigures = {
  values: 20,
  gradients: 10_000,
  state: 30_000,
  updateNodes: 48,
  updates: 120_000,
  draws: 0,
  fallbacks: 0,
  products: 1_300_000,
  elements: 250_000,
};

const isLoop = (figures: Partial<LoopFigures>, count = 10): boolean =>
  chooseLoop({ ...SMALL, ...figures }, count).isLoop;

describe('a loop', () => {
  test('is chosen where calls of the runtime are a good part of a step', () => {
    expect(isLoop({})).toBe(true);
  });

  test('is not worth it where the step itself takes long', () => {
    expect(isLoop({ products: 1_000_000_000 })).toBe(false);
  });

  test('is slower where much state is updated by many operations, and not by few', () => {
    const large = { gradients: 670_000, state: 2_000_000, products: 50_000_000 };
    expect(isLoop({ ...large, updates: 8_000_000 })).toBe(false);
    expect(isLoop({ ...large, updates: 670_000, updateNodes: 6, state: 670_000 })).toBe(true);
  });

  test('is slower where the runtime would draw many random numbers', () => {
    expect(isLoop({ draws: 100_000 })).toBe(false);
  });

  test('needs steps enough to spread what its state costs', () => {
    expect(isLoop({ state: 200_000, updates: 300_000 }, 2)).toBe(false);
    expect(isLoop({ state: 200_000, updates: 300_000 }, 50)).toBe(true);
  });

  test('cannot hold what only the host runs, and spares nothing where nothing is called', () => {
    expect(isLoop({ fallbacks: 1 })).toBe(false);
    expect(isLoop({ values: 0 })).toBe(false);
  });

  test('is named with the figures of the rule', () => {
    const choice = { isLoop: true, saved: 363.4, spent: 105.1, step: 750 };
    expect(describeChoice(choice)).toBe(
      'one loop (a loop saves 363 µs, costs 105 µs, of 750 µs a step)',
    );
    expect(describeChoice({ ...choice, isLoop: false })).toMatch(/^single steps/);
  });
});

describe('figures', () => {
  test('are those of the parts that a step is cut into', () => {
    // w ← w − 0.1 · xᵀ(x · w), and the sum of the prediction.
    const graph = parse(`graph(%0: float32[4, 3], %1: float32[3, 2]) {
      %2: float32[4, 2] = dot(%0, %1) batch=[] contract=[[1, 0]]
      %3: float32[] = reduce(%2) fn="sum" axes=[0, 1]
      %4: float32[3, 2] = dot(%0, %2) batch=[] contract=[[0, 0]]
      %5: float32[3, 2] = full() value=0.1 shape=[3, 2] dtype="float32"
      %6: float32[3, 2] = binary(%4, %5) fn="mul"
      %7: float32[3, 2] = binary(%1, %6) fn="sub"
      return %3, %7
    }`);
    const parts = partition(graph, { donate: [[1, 1]], unsupported: () => false });
    expect(figuresOf(graph, parts, [1])).toMatchObject({
      values: 4,
      gradients: 6,
      state: 6,
      updateNodes: 2,
      updates: 12,
      draws: 0,
      fallbacks: 0,
      products: 48,
    });
  });
});
