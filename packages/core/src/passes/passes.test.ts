import { describe, expect, test } from '@jest/globals';
import { graphKey } from '../graph/key.ts';
import { parse } from '../graph/parse.ts';
import { print } from '../graph/print.ts';
import type { Graph } from '../graph/types.ts';
import { verify } from '../graph/verify.ts';
import { cse } from './cse.ts';
import { dce } from './dce.ts';
import { inline } from './inline.ts';
import { optimize } from './optimize.ts';
import { simplify } from './simplify.ts';

/** Wraps lines in a graph over x (%0) and y (%1), both float32[2, 3]. */
function graph(lines: string, result: string): Graph {
  return parse(`graph(%0: float32[2, 3], %1: float32[2, 3]) { ${lines} return ${result} }`);
}

function expectSame(actual: Graph, expected: Graph): void {
  verify(actual);
  expect(print(actual)).toBe(print(expected));
}

const tidy = (before: Graph): Graph => dce(simplify(before));
const constant = (value: string, dtype = 'float32'): string =>
  `full() value=${value} shape=[2, 3] dtype="${dtype}"`;

describe('inline', () => {
  const composite =
    `%2: float32[2, 3] = call(%0, %1) name="sum" options={} body=graph(%0: float32[2, 3], %1: float32[2, 3]) {
    %2: float32[2, 3] = binary(%0, %1) fn="add" @"inner"
    return %2, %0
  }`.replace('%2: float32[2, 3] = call', '%2: float32[2, 3], %3: float32[2, 3] = call');

  test('puts the body in place of a composite and joins the sources', () => {
    const result = inline(graph(`${composite} @"outer"`, '%2, %3'), () => false);
    expectSame(
      result,
      graph('%2: float32[2, 3] = binary(%0, %1) fn="add" @"outer/inner"', '%2, %0'),
    );
  });

  test('keeps a composite that the backend runs itself', () => {
    const before = graph(composite, '%2');
    expectSame(
      inline(before, (node) => node.op === 'call' && node.attrs.name === 'sum'),
      before,
    );
  });

  test('reaches composites inside composites and loop bodies', () => {
    const before = parse(`
graph(%0: float32[], %1: float32[4]) {
  %2: float32[] = scan(%0, %1) length=4 constants=0 carries=1 reverse=false saveCarries=false body=graph(%0: float32[], %1: float32[]) {
    %2: float32[] = call(%0, %1) name="outer" options={} body=graph(%0: float32[], %1: float32[]) {
      %2: float32[] = call(%0) name="inner" options={} body=graph(%0: float32[]) {
        %1: float32[] = unary(%0) fn="exp"
        return %1
      }
      %3: float32[] = binary(%2, %1) fn="add"
      return %3
    }
    return %2
  }
  return %2
}`);
    const after = inline(before, () => false);
    verify(after);
    expect(print(after)).not.toContain('call');
    expect(print(after)).toContain('unary(%0) fn="exp"');
  });
});

describe('simplify drops what changes nothing', () => {
  test.each([
    ['stopGradient(%0)'],
    ['cast(%0) dtype="float32"'],
    ['reshape(%0) shape=[2, 3]'],
    ['transpose(%0) permutation=[0, 1]'],
    ['broadcast(%0) shape=[2, 3] axes=[0, 1]'],
    ['slice(%0) start=[0, 0] limit=[2, 3] strides=[1, 1]'],
    ['concat(%0) axis=1'],
    ['reverse(%0) axes=[]'],
    ['select(%2, %0, %0)'],
  ])('%s', (text) => {
    const lines = `%2: bool[2, 3] = compare(%0, %1) fn="lt" %3: float32[2, 3] = ${text}`;
    expectSame(tidy(graph(lines, '%3')), graph('', '%0'));
  });

  test.each([
    ['binary(%0, %2) fn="mul"', '1'],
    ['binary(%2, %0) fn="mul"', '1'],
    ['binary(%0, %2) fn="div"', '1'],
    ['binary(%0, %2) fn="add"', '-0'],
    ['binary(%0, %2) fn="sub"', '0'],
  ])('%s with the constant %s', (text, value) => {
    const lines = `%2: float32[2, 3] = ${constant(value)} %3: float32[2, 3] = ${text}`;
    expectSame(tidy(graph(lines, '%3')), graph('', '%0'));
  });

  test('x + 0 stays, because −0 + 0 is 0', () => {
    const lines = `%2: float32[2, 3] = ${constant('0')} %3: float32[2, 3] = binary(%0, %2) fn="add"`;
    expectSame(tidy(graph(lines, '%3')), graph(lines, '%3'));
    const minus = lines.replace('"add"', '"sub"').replace('value=0', 'value=-0');
    expectSame(tidy(graph(minus, '%3')), graph(minus, '%3'));
  });
});

describe('simplify joins moves of moves', () => {
  test('transpositions', () => {
    const twice = graph(
      '%2: float32[3, 2] = transpose(%0) permutation=[1, 0] %3: float32[2, 3] = transpose(%2) permutation=[1, 0]',
      '%3',
    );
    expectSame(tidy(twice), graph('', '%0'));
    const cycle = parse(
      'graph(%0: int8[2, 3, 4]) { %1: int8[4, 2, 3] = transpose(%0) permutation=[2, 0, 1] %2: int8[3, 4, 2] = transpose(%1) permutation=[2, 0, 1] return %2 }',
    );
    expectSame(
      tidy(cycle),
      parse(
        'graph(%0: int8[2, 3, 4]) { %1: int8[3, 4, 2] = transpose(%0) permutation=[1, 2, 0] return %1 }',
      ),
    );
  });

  test('transpositions and products, which read their operands in any order', () => {
    const before = parse(`graph(%0: int8[2, 4, 3], %1: int8[2, 5, 4]) {
      %2: int8[2, 3, 4] = transpose(%0) permutation=[0, 2, 1]
      %3: int8[2, 4, 5] = transpose(%1) permutation=[0, 2, 1]
      %4: int8[2, 3, 5] = dot(%2, %3) batch=[[0, 0]] contract=[[2, 1]]
      return %4
    }`);
    const after = parse(`graph(%0: int8[2, 4, 3], %1: int8[2, 5, 4]) {
      %2: int8[2, 3, 5] = dot(%0, %1) batch=[[0, 0]] contract=[[1, 2]]
      return %2
    }`);
    expectSame(tidy(before), after);
  });

  test('no transposition that is read elsewhere, moves a batch, or what remains of an operand', () => {
    const read = parse(`graph(%0: int8[4, 3], %1: int8[4, 5]) {
      %2: int8[3, 4] = transpose(%0) permutation=[1, 0]
      %3: int8[3, 5] = dot(%2, %1) batch=[] contract=[[1, 0]]
      return %3, %2
    }`);
    expectSame(tidy(read), read);
    const batch = parse(`graph(%0: int8[4, 2, 3], %1: int8[2, 4, 5]) {
      %2: int8[2, 3, 4] = transpose(%0) permutation=[1, 2, 0]
      %3: int8[2, 3, 5] = dot(%2, %1) batch=[[0, 0]] contract=[[2, 1]]
      return %3
    }`);
    expectSame(tidy(batch), batch);
    const rest = parse(`graph(%0: int8[4, 2, 3], %1: int8[4, 5]) {
      %2: int8[3, 2, 4] = transpose(%0) permutation=[2, 1, 0]
      %3: int8[3, 2, 5] = dot(%2, %1) batch=[] contract=[[2, 0]]
      return %3
    }`);
    expectSame(tidy(rest), rest);
  });

  test('reshapes', () => {
    const back =
      '%2: float32[6] = reshape(%0) shape=[6] %3: float32[2, 3] = reshape(%2) shape=[2, 3]';
    expectSame(tidy(graph(back, '%3')), graph('', '%0'));
    const on =
      '%2: float32[6] = reshape(%0) shape=[6] %3: float32[3, 2] = reshape(%2) shape=[3, 2]';
    expectSame(tidy(graph(on, '%3')), graph('%2: float32[3, 2] = reshape(%0) shape=[3, 2]', '%2'));
  });

  test('broadcasts', () => {
    const before = parse(
      'graph(%0: int8[3]) { %1: int8[2, 3] = broadcast(%0) shape=[2, 3] axes=[1] %2: int8[2, 5, 3] = broadcast(%1) shape=[2, 5, 3] axes=[0, 2] return %2 }',
    );
    expectSame(
      tidy(before),
      parse(
        'graph(%0: int8[3]) { %1: int8[2, 5, 3] = broadcast(%0) shape=[2, 5, 3] axes=[2] return %1 }',
      ),
    );
  });

  test('two negations and two reversals', () => {
    const neg = '%2: float32[2, 3] = unary(%0) fn="neg" %3: float32[2, 3] = unary(%2) fn="neg"';
    expectSame(tidy(graph(neg, '%3')), graph('', '%0'));
    const reverse =
      '%2: float32[2, 3] = reverse(%0) axes=[1] %3: float32[2, 3] = reverse(%2) axes=[1]';
    expectSame(tidy(graph(reverse, '%3')), graph('', '%0'));
  });
});

describe('simplify folds constants where it is exact', () => {
  const folded = (lines: string, result: string, expected: string): void =>
    expectSame(tidy(graph(lines, result)), graph(`%2: ${expected}`, '%2'));

  test('moves of constants', () => {
    folded(
      '%2: float32[3] = full() value=2 shape=[3] dtype="float32" %3: float32[2, 3] = broadcast(%2) shape=[2, 3] axes=[1]',
      '%3',
      `float32[2, 3] = ${constant('2')}`,
    );
  });

  test('float32 arithmetic rounds its operands and its result', () => {
    const sum = Math.fround(Math.fround(0.1) + Math.fround(0.2));
    folded(
      `%2: float32[2, 3] = ${constant('0.1')} %3: float32[2, 3] = ${constant('0.2')} %4: float32[2, 3] = binary(%2, %3) fn="add"`,
      '%4',
      `float32[2, 3] = ${constant(String(sum))}`,
    );
  });

  test('integers wrap and saturate', () => {
    folded(
      `%2: int8[2, 3] = ${constant('127', 'int8')} %3: int8[2, 3] = binary(%2, %2) fn="add"`,
      '%3',
      `int8[2, 3] = ${constant('-2', 'int8')}`,
    );
    folded(
      `%2: float32[2, 3] = ${constant('300.7')} %3: uint8[2, 3] = cast(%2) dtype="uint8"`,
      '%3',
      `uint8[2, 3] = ${constant('255', 'uint8')}`,
    );
    folded(
      `%2: float32[2, 3] = ${constant('NaN')} %3: int32[2, 3] = cast(%2) dtype="int32"`,
      '%3',
      `int32[2, 3] = ${constant('0', 'int32')}`,
    );
  });

  test('functions that backends round differently stay', () => {
    const lines = `%2: float32[2, 3] = ${constant('2')} %3: float32[2, 3] = unary(%2) fn="exp"`;
    expectSame(tidy(graph(lines, '%3')), graph(lines, '%3'));
  });

  test('a select with a constant condition is its choice', () => {
    const lines = `%2: bool[2, 3] = ${constant('0', 'bool')} %3: float32[2, 3] = select(%2, %0, %1)`;
    expectSame(tidy(graph(lines, '%3')), graph('', '%1'));
  });
});

describe('cse', () => {
  test('computes equal values once', () => {
    const before = graph(
      `%2: float32[2, 3] = unary(%0) fn="exp" @"a"
       %3: float32[2, 3] = unary(%0) fn="exp" @"b"
       %4: float32[2, 3] = unary(%1) fn="exp"
       %5: float32[2, 3] = binary(%2, %3) fn="add"
       %6: float32[2, 3] = binary(%3, %2) fn="add"`,
      '%5, %6, %4',
    );
    expectSame(
      cse(before),
      graph(
        `%2: float32[2, 3] = unary(%0) fn="exp" @"a"
         %3: float32[2, 3] = unary(%1) fn="exp"
         %4: float32[2, 3] = binary(%2, %2) fn="add"`,
        '%4, %4, %3',
      ),
    );
  });

  test('keeps 0 and −0 apart', () => {
    const before = graph(
      `%2: float32[2, 3] = ${constant('0')} %3: float32[2, 3] = ${constant('-0')}`,
      '%2, %3',
    );
    expectSame(cse(before), before);
  });
});

describe('dce', () => {
  test('keeps what outputs need, and all inputs', () => {
    const before = graph(
      `%2: float32[3] = constant [1, 2, 3]
       %3: float32[2, 3] = broadcast(%2) shape=[2, 3] axes=[1]
       %4: float32[2, 3] = unary(%0) fn="exp"`,
      '%4',
    );
    expectSame(dce(before), graph('%2: float32[2, 3] = unary(%0) fn="exp"', '%2'));
  });

  const loop = (outputs: string, result: string, body: string, save: boolean): Graph =>
    parse(`
graph(%0: float32[], %1: float32[], %2: float32[], %3: float32[4]) {
  ${outputs} = scan(%0, %1, %2, %3) body=${body} length=4 constants=1 carries=2 reverse=false saveCarries=${save}
  return ${result}
}`);
  const body = `graph(%0: float32[], %1: float32[], %2: float32[], %3: float32[]) {
    %4: float32[] = binary(%1, %3) fn="add"
    %5: float32[] = binary(%2, %0) fn="mul"
    %6: float32[] = unary(%4) fn="exp"
    return %4, %5, %6
  }`;

  test('drops saved carries, results and whole carries of a loop that nobody reads', () => {
    const before = loop(
      '%4: float32[], %5: float32[], %6: float32[4], %7: float32[4], %8: float32[4]',
      '%4',
      body,
      true,
    );
    const after = dce(before);
    verify(after);
    const [node] = after.nodes;
    expect(node?.op === 'scan' && node.attrs).toMatchObject({
      constants: 0,
      carries: 1,
      saveCarries: false,
    });
    expect(node?.inputs).toEqual([1, 3]);
    expect(node?.outputs).toHaveLength(1);
  });

  test('keeps a carry that another one depends on', () => {
    const crossed = body.replace('binary(%1, %3)', 'binary(%2, %3)');
    const after = dce(loop('%4: float32[], %5: float32[], %6: float32[4]', '%4', crossed, false));
    verify(after);
    const [node] = after.nodes;
    expect(node?.op === 'scan' && node.attrs).toMatchObject({ constants: 1, carries: 2 });
    expect(node?.outputs).toHaveLength(2);
  });

  test('drops results of branches', () => {
    const before = parse(`
graph(%0: bool[], %1: float32[2], %2: float32[2]) {
  %3: float32[2], %4: float32[2] = cond(%0, %1, %2) then=graph(%0: float32[2], %1: float32[2]) {
    return %0, %1
  } else=graph(%0: float32[2], %1: float32[2]) {
    %2: float32[2] = unary(%0) fn="exp"
    return %2, %0
  }
  return %3
}`);
    const after = dce(before);
    verify(after);
    expect(after.nodes[0]?.inputs).toEqual([0, 1]);
    expect(after.nodes[0]?.outputs).toHaveLength(1);
  });
});

test('optimize runs its passes in order and lets a hook look on', () => {
  const seen: string[] = [];
  const before = graph('%2: float32[2, 3] = stopGradient(%0)', '%2');
  const after = optimize(before, () => false, { onPass: (name) => seen.push(name) });
  expect(seen).toEqual(['inline', 'simplify', 'cse', 'dce']);
  expectSame(after, graph('', '%0'));
});

test('passes are remembered, so bodies stay shared', () => {
  const before = graph('%2: float32[2, 3] = unary(%0) fn="exp"', '%2');
  for (const pass of [simplify, cse, dce]) expect(pass(before)).toBe(pass(before));
  expect(graphKey(dce(before))).toBe(graphKey(before));
});
