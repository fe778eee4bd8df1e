import { describe, expect, it } from '@jest/globals';
import { LruMap } from './lru.ts';

describe('LruMap', () => {
  it('forgets the entry unused for longest and hands it over', () => {
    const dropped: number[] = [];
    const map = new LruMap<string, number>(2, (value) => dropped.push(value));
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
    expect(dropped).toEqual([2]);
  });

  it('hands everything over when cleared', () => {
    const dropped: number[] = [];
    const map = new LruMap<string, number>(9, (value) => dropped.push(value));
    map.set('a', 1);
    map.clear();
    expect([dropped, map.size]).toEqual([[1], 0]);
  });
});
