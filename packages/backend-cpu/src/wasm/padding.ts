/** Activations with room around them, so that windows that reach over the border read zeros. */
import type { Layout } from '@addax/core';
import type { Kept } from '../library/call.ts';
import { gridOf } from '../library/spatial.ts';
import type { Grid, Triple } from '../library/spatial.ts';
import type { Storage } from '../storage.ts';

/** An activation as convolutions read it. */
export interface Padded {
  /** Its geometry with the border. */
  readonly grid: Grid;
  /** Memory with the border around `data`, or `data` itself if there is none. */
  fill(data: Storage): Storage;
}

/** An activation with `before` and `after` zeros along each spatial axis. */
export function padded(
  grid: Grid,
  layout: Layout,
  before: Triple,
  after: Triple,
  share: (name: string, length: number) => Kept,
): Padded {
  if (before.every((size) => size <= 0) && after.every((size) => size <= 0)) {
    return { grid, fill: (data) => data };
  }
  const [d, h, w] = grid.sizes.map(
    (size, i) => size + Math.max(before[i], 0) + Math.max(after[i], 0),
  );
  const [skipD, skipH, skipW] = before.map((size) => Math.max(size, 0));
  const isLast = layout === 'channelsLast';
  const { batch, channels } = grid;
  const shape = isLast ? [batch, d, h, w, channels] : [batch, channels, d, h, w];
  const wide = gridOf(shape, layout);
  const length = batch * channels * d * h * w;
  const memory = share('padded', length);
  // Lines along the width are contiguous in both layouts.
  const unit = isLast ? channels : 1;
  const outer = isLast ? batch : batch * channels;
  const [sizeD, sizeH, sizeW] = grid.sizes;
  const line = sizeW * unit;
  const fill = (data: Storage): Storage => {
    const { storage } = memory;
    storage.fill(0, 0, length);
    let from = 0;
    for (let o = 0; o < outer; o++) {
      for (let z = 0; z < sizeD; z++) {
        for (let y = 0; y < sizeH; y++, from += line) {
          const to = (((o * d + z + skipD) * h + y + skipH) * w + skipW) * unit;
          for (let i = 0; i < line; i++) storage[to + i] = data[from + i];
        }
      }
    }
    return storage;
  };
  return { grid: wide, fill };
}
