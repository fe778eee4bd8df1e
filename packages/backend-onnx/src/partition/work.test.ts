import { expect, test } from '@jest/globals';
import { parse } from '@addax/core';
import { isQuick, isSmall } from './work.ts';

const product = (n: number): string => `graph(%0: float32[${n}, ${n}]) {
  %1: float32[${n}, ${n}] = dot(%0, %0) batch=[] contract=[[1, 0]]
  return %1
}`;

test('small products run on the host, large ones in the runtime', () => {
  expect(isSmall(parse(product(64)))).toBe(true);
  expect(isSmall(parse(product(256)))).toBe(false);
});

test('products that a thread does in a moment are left to one', () => {
  expect(isQuick(parse(product(64)))).toBe(true);
  expect(isQuick(parse(product(256)))).toBe(false);
});

test('one pointwise operation runs on the host whatever its size', () => {
  const text = `graph(%0: float32[1000000]) {
    %1: float32[1000000] = unary(%0) fn="exp"
    return %1
  }`;
  expect(isSmall(parse(text))).toBe(true);
});

test('convolutions count every element of their kernel', () => {
  const conv = (
    size: number,
  ): string => `graph(%0: float32[1, ${size}, ${size}, 8], %1: float32[3, 3, 8, 8]) {
    %2: float32[1, ${size}, ${size}, 8] = conv(%0, %1) strides=[1, 1] padding=[[1, 1], [1, 1]] dilation=[1, 1] groups=1 layout="channelsLast"
    return %2
  }`;
  expect(isSmall(parse(conv(8)))).toBe(true);
  expect(isSmall(parse(conv(64)))).toBe(false);
});

test('a loop counts once for each of its steps', () => {
  const loop = (length: number): string => `graph(%0: float32[32]) {
    %1: float32[32] = scan(%0) length=${length} constants=0 carries=1 reverse=false saveCarries=false body=graph(%0: float32[32]) {
      %1: float32[32] = unary(%0) fn="tanh"
      return %1
    }
    return %1
  }`;
  expect(isSmall(parse(loop(10)))).toBe(true);
  expect(isSmall(parse(loop(10_000)))).toBe(false);
});
