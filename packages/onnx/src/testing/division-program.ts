/** Divides what processors trap on, and prints the answers: run by a test in a process of its own. */
import { GraphBuilder } from '@addax/core';
import { runOnRuntime } from './node.ts';

const builder = new GraphBuilder();
const a = builder.input({ shape: [4], dtype: 'int32' });
const b = builder.input({ shape: [4], dtype: 'int32' });
const outputs = (['div', 'rem'] as const).map((fn) => builder.add('binary', [a, b], { fn })[0]!);
const smallest = -(2 ** 31);
const inputs = [
  new Int32Array([smallest, smallest, 7, smallest]),
  new Int32Array([-1, 0, 0, smallest]),
];
const results = await runOnRuntime(builder.finish(outputs), inputs);
process.stdout.write(JSON.stringify(results.map((result) => Array.from(result, Number))));
