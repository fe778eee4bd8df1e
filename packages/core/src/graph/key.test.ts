import { expect, test } from '@jest/globals';
import { GraphBuilder } from './builder.ts';
import { graphKey } from './key.ts';
import { parse } from './parse.ts';

const text = (value: string, source: string): string => `
graph(%0: float32[2]) {
  %1: float32[2] = full() value=${value} shape=[2] dtype="float32" @"${source}"
  %2: float32[2] = binary(%0, %1) fn="add"
  return %2
}`;

test('equal structures have equal keys, whatever their sources', () => {
  expect(graphKey(parse(text('1', 'a')))).toBe(graphKey(parse(text('1', 'b'))));
});

test('0, −0 and NaN are different constants', () => {
  const keys = ['0', '-0', 'NaN', '1'].map((value) => graphKey(parse(text(value, 'a'))));
  expect(new Set(keys).size).toBe(4);
});

test('shapes and dtypes of inputs, attributes and wiring all count', () => {
  const variants = [
    'graph(%0: float32[2]) { return %0 }',
    'graph(%0: float32[3]) { return %0 }',
    'graph(%0: float16[2]) { return %0 }',
    'graph(%0: float32[2]) { return %0, %0 }',
    'graph(%0: float32[2], %1: float32[2]) { return %0 }',
    'graph(%0: float32[2], %1: float32[2]) { return %1 }',
    'graph(%0: float32[2]) { %1: float32[2] = unary(%0) fn="exp" return %1 }',
    'graph(%0: float32[2]) { %1: float32[2] = unary(%0) fn="log" return %1 }',
    'graph(%0: float32[2]) { %1: float32[2] = unary(%0) fn="log" return %0 }',
  ];
  expect(new Set(variants.map((variant) => graphKey(parse(variant)))).size).toBe(variants.length);
});

function constantGraph(data: Float32Array): ReturnType<GraphBuilder['finish']> {
  const builder = new GraphBuilder();
  return builder.finish([builder.constant({ shape: [data.length], dtype: 'float32' }, data)]);
}

test('small constants count by content, with −0 apart from 0', () => {
  const data = new Float32Array([1, 0]);
  expect(graphKey(constantGraph(data))).toBe(graphKey(constantGraph(data.slice())));
  const other = new Float32Array([1, -0]);
  expect(graphKey(constantGraph(other))).not.toBe(graphKey(constantGraph(data)));
});

test('large constants count by identity', () => {
  const data = new Float32Array(1000);
  expect(graphKey(constantGraph(data))).toBe(graphKey(constantGraph(data)));
  expect(graphKey(constantGraph(data))).not.toBe(graphKey(constantGraph(data.slice())));
});

test('bodies count by structure', () => {
  const outer = (fn: string): string => `
graph(%0: float32[2]) {
  %1: float32[2] = call(%0) name="f" options={} body=graph(%0: float32[2]) {
    %1: float32[2] = unary(%0) fn="${fn}"
    return %1
  }
  return %1
}`;
  expect(graphKey(parse(outer('exp')))).toBe(graphKey(parse(outer('exp'))));
  expect(graphKey(parse(outer('exp')))).not.toBe(graphKey(parse(outer('log'))));
});
