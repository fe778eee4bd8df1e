import { describe, expect, test } from '@jest/globals';
import { vjp } from '../../autodiff/vjp.ts';
import { ArgumentError, ShapeError, UnsupportedError } from '../../errors.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { parse } from '../../graph/parse.ts';
import type { Aval, Graph, OpAttrs, OpName } from '../../graph/types.ts';
import { inferShapes } from './table.ts';

const f = (...shape: number[]): Aval => ({ shape, dtype: 'float32' });
const bool: Aval = { shape: [], dtype: 'bool' };

const step = parse(`
graph(%0: float32[3], %1: float32[2], %2: float32[4]) {
  return %1, %0, %2
}`);

function oneNode<Op extends OpName>(op: Op, inputs: readonly Aval[], attrs: OpAttrs[Op]): Graph {
  const builder = new GraphBuilder();
  const ids = inputs.map((aval) => builder.input(aval));
  return builder.finish(builder.add(op, ids, attrs));
}

describe('scan', () => {
  const attrs = {
    body: step,
    length: 5,
    constants: 1,
    carries: 1,
    reverse: false,
    saveCarries: true,
  };
  const inputs = [f(3), f(2), f(5, 4)];

  test('gives carries, stacked results and saved carries', () => {
    expect(inferShapes('scan', inputs, attrs)).toEqual([f(2), f(5, 3), f(5, 4), f(5, 2)]);
    expect(inferShapes('scan', inputs, { ...attrs, saveCarries: false })).toHaveLength(3);
  });

  test('checks its operands against the body', () => {
    const scan =
      (operands: readonly Aval[], other: Partial<OpAttrs['scan']> = {}) =>
      () =>
        inferShapes('scan', operands, { ...attrs, ...other });
    expect(scan([f(3), f(2), f(6, 4)])).toThrow("must have the loop's length 5 on axis 0");
    expect(scan([f(3), f(3), f(5, 4)])).toThrow(
      'scan: operands of a step 1 is float32[3], expected float32[2]',
    );
    expect(scan([f(3), f(2)])).toThrow(ArgumentError);
    expect(scan(inputs, { carries: 2, length: 5 })).toThrow(ShapeError);
    expect(scan(inputs, { constants: 4 })).toThrow('scan: constants is 4');
  });
});

describe('cond', () => {
  const branch = parse('graph(%0: float32[2]) { return %0 }');
  const other = parse(
    'graph(%0: float32[2]) { %1: float32[] = reduce(%0) fn="sum" axes=[0] return %1 }',
  );

  test('both branches take and give the same', () => {
    expect(inferShapes('cond', [bool, f(2)], { then: branch, else: branch })).toEqual([f(2)]);
    expect(() => inferShapes('cond', [bool, f(2)], { then: branch, else: other })).toThrow(
      'cond: outputs of else 0 is float32[], expected float32[2]',
    );
    expect(() => inferShapes('cond', [f(), f(2)], { then: branch, else: branch })).toThrow(
      'the predicate must be a bool scalar but is float32[]',
    );
  });
});

describe('while', () => {
  const attrs = {
    cond: parse('graph(%0: float32[]) { %1: bool[] = compare(%0, %0) fn="lt" return %1 }'),
    body: parse('graph(%0: float32[]) { return %0 }'),
    constants: 0,
  };

  test('gives its carries', () => {
    expect(inferShapes('while', [f()], attrs)).toEqual([f()]);
    expect(() => inferShapes('while', [f()], { ...attrs, cond: attrs.body })).toThrow(ShapeError);
    expect(() => inferShapes('while', [f(2)], attrs)).toThrow(ShapeError);
  });

  test('has no gradient and says what to use', () => {
    expect(() => vjp(oneNode('while', [f()], attrs))).toThrow(UnsupportedError);
    expect(() => vjp(oneNode('while', [f()], attrs))).toThrow('use scan');
  });
});

describe('call', () => {
  const body = parse('graph(%0: float32[2], %1: int32[]) { return %0, %1 }');

  test('gives what its body gives', () => {
    const int: Aval = { shape: [], dtype: 'int32' };
    const attrs = { name: 'pair', body, options: {} };
    expect(inferShapes('call', [f(2), int], attrs)).toEqual([f(2), int]);
    expect(() => inferShapes('call', [f(3), int], attrs)).toThrow(
      'call pair: operand 0 is float32[3], but its body takes float32[2]',
    );
    expect(() => inferShapes('call', [f(2)], attrs)).toThrow(ArgumentError);
  });

  test('its own gradient has one output per float operand', () => {
    const grad = parse(
      'graph(%0: float32[2], %1: int32[], %2: float32[2], %3: int32[], %4: float32[2]) { return %4 }',
    );
    const int: Aval = { shape: [], dtype: 'int32' };
    const attrs = { name: 'pair', body, options: {}, grad };
    expect(inferShapes('call', [f(2), int], attrs)).toHaveLength(2);
    const wrong = { ...attrs, grad: { ...grad, outputs: [] } };
    expect(() => inferShapes('call', [f(2), int], wrong)).toThrow(
      'must give a cotangent for each float operand, in order: float32[2]',
    );
  });
});

test('second derivatives of max pooling and gradients of running maxima are refused by name', () => {
  const attrs = {
    fn: 'max' as const,
    window: [2],
    strides: [2],
    padding: [[0, 0] as const],
    dilation: [1],
    layout: 'channelsLast' as const,
  };
  const gradient = vjp(oneNode('pool', [f(1, 4, 1)], attrs));
  expect(() => vjp(gradient)).toThrow('the second derivative of max pooling is not supported');
  const running = oneNode('cumulative', [f(4)], { fn: 'max', axis: 0, reverse: false });
  expect(() => vjp(running)).toThrow('the gradient of a cumulative max is not supported');
});
