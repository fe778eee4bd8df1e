import { expect, test } from '@jest/globals';
import { ArgumentError } from '@addax/core';
import { checkOptions } from './options.ts';

test('an unknown option is an error that lists those there are', () => {
  expect(() => checkOptions({ thread: 2 })).toThrow(ArgumentError);
  expect(() => checkOptions({ thread: 2 })).toThrow(/no option "thread"; it takes: threads, /);
});

test('a wrong value is an error that says what is expected', () => {
  expect(() => checkOptions({ threads: 0 })).toThrow(/"threads" .* is 0; expected a whole number/);
  expect(() => checkOptions({ graphOptimizationLevel: 'most' })).toThrow(/disabled, basic/);
  expect(() => checkOptions({ wasmPaths: { mjs: 'a.mjs' } })).toThrow(/"wasmPaths".*a folder, or/);
});

test('right options pass as they are', () => {
  const options = { threads: 2, forceOnnx: true, runtime: 'web', wasmPaths: { wasm: '/a.wasm' } };
  expect(checkOptions(options)).toBe(options);
});
