import { expect, test } from '@jest/globals';
import { fillTables, ParameterTable, tableWords } from './parameters.ts';
import type { Cell, Launch, Spot } from './steps.ts';

const CELLS: readonly Cell[] = [
  { home: { kind: 'input', index: 0 }, words: 10 },
  { home: { kind: 'own' }, words: 100 },
];

function launch(spots: readonly Spot[], params: readonly number[], apart: Spot[] = []): Launch {
  return {
    kind: 'launch',
    shader: { label: '', code: '', bindings: spots.map(() => 'read'), words: params.length },
    spots,
    apart,
    params: Uint32Array.from(params),
    groups: [1, 1, 1],
    source: '',
  };
}

test('launches start at multiples of the alignment; equal ones share their words', () => {
  const spots = [
    { cell: 0, offset: 4 },
    { cell: 1, offset: 8 },
  ];
  const table = new ParameterTable(
    [launch(spots, [7]), launch(spots, [9]), launch(spots, [7])],
    CELLS,
    16,
  );
  expect(table.starts).toEqual([0, 16, 0]);
  expect(table.window).toBe(16);
  const words = table.fill(Int32Array.of(64, 0));
  expect([...words]).toEqual([68, 8, 7, 0, 68, 8, 9, 0]);
});

test('offsets of values in the memory of others are the first parameters', () => {
  const apart = [{ cell: 0, offset: 1 }];
  const table = new ParameterTable([launch([{ cell: 1, offset: 0 }], [0, 5], apart)], CELLS, 16);
  expect([...table.fill(Int32Array.of(64, 0))].slice(0, 3)).toEqual([0, 65, 5]);
});

test('offsets of f16 count half words', () => {
  const spots = [
    { cell: 1, offset: 4.5 },
    { cell: 1, offset: 9 },
  ];
  const halved = (halves: boolean[]): Launch => {
    const made = launch(spots, [7]);
    return { ...made, shader: { ...made.shader, halves } };
  };
  const table = new ParameterTable([halved([true, false]), halved([true, true])], CELLS, 16);
  expect([...table.fill(Int32Array.of(0, 64))]).toEqual([137, 73, 7, 0, 137, 146, 7, 0]);
});

test('tables of batches count from their own start', () => {
  const segment = (offset: number, workgroups: number): Parameters<typeof tableWords>[0][0] => {
    return { spots: [{ cell: 0, offset }], params: Uint32Array.of(11), workgroups };
  };
  const first = { start: 0, segments: [segment(0, 2)] };
  const second = { start: tableWords(first.segments), segments: [segment(1, 1), segment(2, 1)] };
  const words = fillTables([first, second], Int32Array.of(100, 0));
  expect([...words]).toEqual([4, 0, 4, 1, 100, 11, 4, 0, 6, 0, 101, 11, 102, 11]);
});
