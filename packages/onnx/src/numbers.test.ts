import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { GraphBuilder, type HostArray } from '@addax/core';
import { runOnRuntime } from './testing/node.ts';

test('divisions that trap the processor give answers instead of killing the process', () => {
  const program = join(import.meta.dirname, 'testing/division-program.ts');
  const flags = ['--import', 'tsx', '--conditions=@addax/source'];
  const { stdout, signal } = spawnSync(process.execPath, [...flags, program], { encoding: 'utf8' });
  expect(signal).toBeNull();
  expect(JSON.parse(stdout)).toEqual([
    [-(2 ** 31), 0, 0, 1],
    [0, 0, 0, 0],
  ]);
}, 60_000);

async function binary(
  fn: 'min' | 'max' | 'shr' | 'div',
  dtype: 'int64' | 'int32',
  a: HostArray,
  b: HostArray,
): Promise<string> {
  const builder = new GraphBuilder();
  const inputs = [a, b].map(({ length }) => builder.input({ shape: [length], dtype }));
  const graph = builder.finish(builder.add('binary', inputs, { fn }));
  return String((await runOnRuntime(graph, [a, b]))[0]);
}

test('extremes of int64 look at all 64 bits', async () => {
  const [a, b] = [new BigInt64Array([1n, -(2n ** 40n)]), new BigInt64Array([4294967295n, 3n])];
  expect(await binary('min', 'int64', a, b)).toBe('1,-1099511627776');
  expect(await binary('max', 'int64', a, b)).toBe('4294967295,3');
});

test('int64 shifts keep the sign and mask the count to 64', async () => {
  const [a, b] = [new BigInt64Array([-(2n ** 40n), 5n]), new BigInt64Array([38n, 65n])];
  expect(await binary('shr', 'int64', a, b)).toBe('-4,2');
});

test('int64 divides the smallest number by −1', async () => {
  const [a, b] = [new BigInt64Array([-(2n ** 63n), 9n]), new BigInt64Array([-1n, 0n])];
  expect(await binary('div', 'int64', a, b)).toBe('-9223372036854775808,0');
});
