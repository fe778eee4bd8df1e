import { expect, test } from '@jest/globals';
import { parse } from '@addax/core';
import { factsOf, neededNodes } from './facts.ts';

function cutsOf(...slices: readonly (readonly [start: number, limit: number])[]): unknown[] {
  const lines = slices.map(
    ([start, limit], i) =>
      `  %${i + 1}: float32[2, ${limit - start}] = slice(%0) start=[0, ${start}] ` +
      `limit=[2, ${limit}] strides=[1, 1]`,
  );
  const names = slices.map((_, i) => `%${i + 1}`).join();
  const graph = parse(`graph(%0: float32[2, 6]) {\n${lines.join('\n')}\n  return ${names}\n}`);
  const { cuts } = factsOf(graph, neededNodes(graph));
  return graph.outputs.flatMap((id) => cuts.get(id) ?? []);
}

test('slices that take all of a value are pieces of it', () => {
  const sizes = [2, 3, 1];
  expect(cutsOf([2, 5], [0, 2], [5, 6])).toEqual([
    { axis: 1, sizes, index: 1 },
    { axis: 1, sizes, index: 0 },
    { axis: 1, sizes, index: 2 },
  ]);
});

test('slices that leave something out, or overlap, are not', () => {
  expect(cutsOf([0, 2], [3, 6])).toEqual([]);
  expect(cutsOf([0, 4], [3, 6])).toEqual([]);
  expect(cutsOf([1, 6])).toEqual([]);
});
