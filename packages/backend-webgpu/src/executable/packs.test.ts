import { expect, test } from '@jest/globals';
import { type Packable, Packs, roomFor } from './packs.ts';

function own(...words: readonly number[]): Packable[] {
  return words.map((count) => ({ words: count, isHalf: false, kind: 'own' }));
}

test('things that were joined lie together, whoever joined them', () => {
  const packs = new Packs(own(1, 2, 3, 4), 1e6);
  expect(packs.join([[0, 1]], [false])).toBe(true);
  expect(packs.join([[2, 3]], [false])).toBe(true);
  expect(packs.join([[1, 2]], [false])).toBe(true);
  expect(packs.all).toEqual([[0, 1, 2, 3]]);
  expect(packs.packWith(3)).toBe(packs.packWith(0));
});

test('what a launch binds apart stays apart if one of the two is written', () => {
  const packs = new Packs(own(1, 1, 1, 1), 1e6);
  expect(
    packs.join(
      [
        [0, 1],
        [2, 3],
      ],
      [true, false],
    ),
  ).toBe(true);
  expect(packs.join([[0, 2]], [false])).toBe(false);
  const read = new Packs(own(1, 1, 1, 1), 1e6);
  read.join(
    [
      [0, 1],
      [2, 3],
    ],
    [false, false],
  );
  expect(read.join([[0, 2]], [false])).toBe(true);
});

test('one pack is not bound twice if it is written', () => {
  const packs = new Packs(own(1, 1, 1), 1e6);
  packs.join([[0, 1, 2]], [false]);
  expect(packs.join([[0], [1]], [false, false])).toBe(true);
  expect(packs.join([[0], [1]], [true, false])).toBe(false);
});

test('strangers never meet, not even through others', () => {
  const packs = new Packs(own(1, 1, 1), 1e6);
  packs.separate(0, 2);
  expect(packs.join([[0, 1]], [true])).toBe(true);
  expect(packs.join([[1, 2]], [true])).toBe(false);
});

test('elements of two widths do not lie together', () => {
  const halves: Packable[] = [1, 1.5].map((words) => ({ words, isHalf: true, kind: 'own' }));
  const packs = new Packs([...own(1), ...halves], 1e6);
  expect(packs.join([[0, 1]], [false])).toBe(false);
  expect(packs.join([[1, 2]], [false])).toBe(true);
  expect([0, 1, 2].map((thing) => packs.isPacked(thing))).toEqual([false, true, true]);
});

test('a thing that is moved lies in a pack, be it alone', () => {
  const packs = new Packs(own(1, 1), 1e6);
  packs.move(1);
  expect([packs.isPacked(0), packs.isPacked(1)]).toEqual([false, true]);
  expect(packs.all).toEqual([[1]]);
});

test('only things of one kind lie together, and no more than fit', () => {
  const things: Packable[] = [
    ...own(100, 100),
    { words: 1, isHalf: false, kind: 'input' },
    { words: 1, isHalf: false, kind: undefined },
  ];
  const packs = new Packs(things, 2 * roomFor(100) - 1);
  expect(packs.join([[0, 1]], [true])).toBe(false);
  expect(packs.join([[0, 2]], [true])).toBe(false);
  expect(packs.join([[0, 3]], [true])).toBe(false);
  expect(packs.join([[3], [3]], [false, false])).toBe(true);
});
