import { expect, test } from '@jest/globals';
import { ArgumentError, ShapeError } from '../errors.ts';
import { GraphBuilder } from './builder.ts';
import type { Aval } from './types.ts';
import { verify } from './verify.ts';

const f = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });

test('a graph is built node by node, with avals by the shape rules', () => {
  const builder = new GraphBuilder();
  const x = builder.input(f(2, 3));
  const weights = builder.constant(f(3), new Float32Array([1, 2, 3]));
  const [y] = builder.add('dot', [x, weights], { batch: [], contract: [[1, 0]] }, 'dense/matmul');
  expect(builder.aval(y!)).toEqual(f(2));
  const graph = builder.finish([y!]);
  expect(graph.nodes[0]).toMatchObject({ op: 'dot', inputs: [0, 1], source: 'dense/matmul' });
  expect(() => verify(graph)).not.toThrow();
});

test('operands that do not fit are refused at once', () => {
  const builder = new GraphBuilder();
  const x = builder.input(f(2));
  const y = builder.input(f(3));
  expect(() => builder.add('binary', [x, y], { fn: 'add' })).toThrow(ShapeError);
  expect(() => builder.add('binary', [x, 9], { fn: 'add' })).toThrow(ArgumentError);
  expect(() => builder.finish([7])).toThrow('the graph has no value %7');
});
