import { describe, expect, it } from '@jest/globals';
import { apply } from '../testing.ts';

describe('scatter', () => {
  const scatter = (mode: 'set' | 'add' | 'min' | 'max', indices: number[], updates: number[]) =>
    apply(
      'scatter',
      [
        [[10, 20, 30], [3]],
        [indices, [indices.length], 'int32'],
        [updates, [updates.length]],
      ],
      {
        axis: 0,
        batchDims: 0,
        mode,
      },
    )[0];

  it('writes, adds and compares; the last write wins', () => {
    expect(scatter('set', [0, 2, 2], [1, 2, 3])).toEqual([1, 20, 3]);
    expect(scatter('add', [1, 1, 0], [1, 2, 3])).toEqual([13, 23, 30]);
    expect(scatter('max', [0, 0], [11, 5])).toEqual([11, 20, 30]);
    expect(scatter('min', [2, 1], [7, 99])).toEqual([10, 20, 7]);
  });

  it('drops indices out of range', () => {
    expect(scatter('add', [-1, 3, 1], [1, 1, 1])).toEqual([10, 21, 30]);
  });

  it('adds 16-bit floats in full precision', () => {
    const ones = Array.from({ length: 3000 }, () => 1);
    const zeros = ones.map(() => 0);
    const [sum] = apply(
      'scatter',
      [
        [[0], [1], 'float16'],
        [zeros, [3000], 'int32'],
        [ones, [3000], 'float16'],
      ],
      { axis: 0, batchDims: 0, mode: 'add' },
    );
    expect(sum).toEqual([3000]);
  });

  it('writes rows behind the axis and batches before it', () => {
    const [rows] = apply(
      'scatter',
      [
        [
          [0, 0, 0, 0, 0, 0, 0, 0],
          [2, 2, 2],
        ],
        [[1, 0], [2, 1], 'int32'],
        [
          [1, 2, 3, 4],
          [2, 1, 2],
        ],
      ],
      { axis: 1, batchDims: 1, mode: 'set' },
    );
    expect(rows).toEqual([0, 0, 1, 2, 3, 4, 0, 0]);
  });
});

describe('dynamicUpdateSlice', () => {
  it('replaces a window, clamped to fit', () => {
    const update = (starts: number[]): number[] =>
      apply(
        'dynamicUpdateSlice',
        [
          [
            [1, 2, 3, 4, 5, 6],
            [2, 3],
          ],
          [
            [8, 9],
            [1, 2],
          ],
          [starts, [2], 'int32'],
        ],
        {},
      )[0];
    expect([update([1, 0]), update([5, 5])]).toEqual([
      [1, 2, 3, 8, 9, 6],
      [1, 2, 3, 4, 8, 9],
    ]);
  });
});

describe('cumulative', () => {
  it('runs forwards and backwards', () => {
    const run = (fn: 'sum' | 'prod' | 'max', reverse: boolean): number[] =>
      apply('cumulative', [[[1, 3, 2, 4], [4]]], { fn, axis: 0, reverse })[0];
    expect(run('sum', false)).toEqual([1, 4, 6, 10]);
    expect(run('sum', true)).toEqual([10, 9, 6, 4]);
    expect(run('prod', false)).toEqual([1, 3, 6, 24]);
    expect(run('max', false)).toEqual([1, 3, 3, 4]);
  });

  it('runs along inner axes and wraps integers', () => {
    const attrs = { fn: 'sum', axis: 0, reverse: false } as const;
    expect(
      apply(
        'cumulative',
        [
          [
            [1, 2, 3, 4],
            [2, 2],
          ],
        ],
        attrs,
      )[0],
    ).toEqual([1, 2, 4, 6]);
    expect(apply('cumulative', [[[100, 100], [2], 'int8']], attrs)[0]).toEqual([100, -56]);
  });
});

describe('sort', () => {
  const x = [3, NaN, 1, 3, -1, NaN];

  it('is stable with NaN last in both directions', () => {
    expect(apply('sort', [[x, [6]]], { axis: 0, descending: false })).toEqual([
      [-1, 1, 3, 3, NaN, NaN],
      [4, 2, 0, 3, 1, 5],
    ]);
    expect(apply('sort', [[x, [6]]], { axis: 0, descending: true })).toEqual([
      [3, 3, 1, -1, NaN, NaN],
      [0, 3, 2, 4, 1, 5],
    ]);
  });

  it('sorts long lines along any axis', () => {
    const values = Array.from({ length: 2000 }, (_, i) => (i * 7919) % 1000);
    const [sorted, order] = apply('sort', [[values, [1000, 2]]], { axis: 0, descending: false });
    const column = values.filter((_, i) => i % 2 === 1);
    expect(sorted.filter((_, i) => i % 2 === 1)).toEqual([...column].sort((a, b) => a - b));
    const odd = order.filter((_, i) => i % 2 === 1);
    for (let i = 1; i < odd.length; i++) {
      const isTie = column[odd[i]] === column[odd[i - 1]];
      if (isTie) expect(odd[i]).toBeGreaterThan(odd[i - 1]);
    }
  });
});

describe('randomBits', () => {
  it('gives the known answer of Threefry-2x32-20', () => {
    const [bits] = apply('randomBits', [[[0, 0], [2], 'uint32']], { shape: [3] });
    expect(bits.slice(0, 2)).toEqual([0x6b200159, 0x99ba4efe]);
  });

  it('gives the same prefix whatever the length', () => {
    const draw = (n: number): number[] =>
      apply('randomBits', [[[7, 4294967295], [2], 'uint32']], { shape: [n] })[0];
    expect(draw(5)).toEqual(draw(8).slice(0, 5));
  });
});

describe('pooling', () => {
  const attrs = {
    window: [2],
    strides: [1],
    padding: [[0, 1]] as const,
    dilation: [1],
    layout: 'channelsLast' as const,
  };
  const x: [number[], number[]] = [
    [1, 5, 5, 2],
    [1, 4, 1],
  ];

  it('takes maxima and sums over windows; padding counts as nothing', () => {
    expect(apply('pool', [x], { fn: 'max', ...attrs })[0]).toEqual([5, 5, 5, 2]);
    expect(apply('pool', [x], { fn: 'sum', ...attrs })[0]).toEqual([6, 10, 7, 2]);
  });

  it('gives all of the cotangent to the first maximum', () => {
    const y: [number[], number[]] = [
      [5, 5, 5, 2],
      [1, 4, 1],
    ];
    const ct: [number[], number[]] = [
      [1, 10, 100, 1000],
      [1, 4, 1],
    ];
    expect(apply('poolGrad', [x, y, ct], { fn: 'max', ...attrs })[0]).toEqual([0, 11, 100, 1000]);
    expect(apply('poolGrad', [x, y, ct], { fn: 'sum', ...attrs })[0]).toEqual([1, 11, 110, 1100]);
  });

  it('reads both layouts', () => {
    const window = { fn: 'max', window: [2, 2], strides: [2, 2], dilation: [1, 1] } as const;
    const padding = [
      [0, 0],
      [0, 0],
    ] as const;
    const last = [1, 10, 2, 20, 3, 30, 4, 40];
    const first = [1, 2, 3, 4, 10, 20, 30, 40];
    expect(
      apply('pool', [[last, [1, 2, 2, 2]]], { ...window, padding, layout: 'channelsLast' })[0],
    ).toEqual([4, 40]);
    expect(
      apply('pool', [[first, [1, 2, 2, 2]]], { ...window, padding, layout: 'channelsFirst' })[0],
    ).toEqual([4, 40]);
  });
});
