/**
 * The three convolutions as products over patches (implicit GEMM). The gradient with respect to the
 * input falls apart into one product per zone of input positions that are reached by the same window
 * positions (residues of the strides, borders), so that little is multiplied by zeros.
 */
import type { Storage } from '../storage.ts';
import { onNumbers } from './call.ts';
import type { Call, CallContext, NodeOf } from './call.ts';
import * as depthwise from './depthwise.ts';
import { multiply } from './gemm.ts';
import type { Product } from './gemm.ts';
import { columnCount, packPatchColumns, packPatchRows, rowCount } from './patches.ts';
import type { Patches } from './patches.ts';
import { gridOf, windowPositions, windowsOf } from './spatial.ts';
import type { Grid, Triple, Windows } from './spatial.ts';
import { offsetAt, offsets, packStrided } from './strided.ts';
import type { Offsets } from './strided.ts';

/** Patches of the input of a convolution, one row per output position. */
function inputPatches(
  input: Grid,
  output: Grid,
  windows: Windows,
  base: number,
  channels: number,
): Patches {
  const taps = windowPositions(windows.window, windows.dilation);
  for (let i = 0; i < taps.length; i++) taps[i] -= windows.before[i % 3];
  return { source: input, base, channels, rows: output.sizes, steps: windows.strides, taps };
}

/** Offsets of output positions: row (n, d, h, w) of a grid, walked with a step from an origin. */
export function positionsOf(grid: Grid, counts: Triple, steps: Triple): Offsets {
  return offsets(
    [grid.batch, ...counts],
    [grid.batchStride, ...grid.strides.map((stride, i) => stride * steps[i])],
  );
}

const ONES: Triple = [1, 1, 1];

/** Writes results to out[base + row offset + column · step]. */
function writer(out: Storage, base: number, positions: Offsets, step: number): Product['write'] {
  return (row, rows, column, columns, results, stride) => {
    for (let r = 0; r < rows; r++) {
      const from = r * stride;
      const to = base + offsetAt(positions, row + r) + column * step;
      if (step === 1) for (let c = 0; c < columns; c++) out[to + c] = results[from + c];
      else for (let c = 0; c < columns; c++) out[to + c * step] = results[from + c];
    }
  };
}

/** Prepares `conv`. */
export function conv(node: NodeOf<'conv'>, { avals }: CallContext): Call {
  const [x, kernel] = node.inputs.map((value) => avals[value]);
  const { groups, layout } = node.attrs;
  const input = gridOf(x.shape, layout);
  const output = gridOf(avals[node.outputs[0]].shape, layout);
  const windows = windowsOf(node.attrs, kernel.shape.slice(0, -2));
  const inputs = input.channels / groups;
  const outputs = output.channels / groups;
  if (groups > 1 && inputs === 1) {
    return onNumbers([x, kernel], x.dtype, ([data, weights], [out]) =>
      depthwise.forward({ input, output, windows }, data, weights, out),
    );
  }
  const positions = positionsOf(output, output.sizes, ONES);
  const weightColumns = offsets([outputs], [1]);
  return onNumbers([x, kernel], x.dtype, ([data, weights], [out]) => {
    for (let group = 0; group < groups; group++) {
      const base = group * inputs * input.channelStride;
      const patches = inputPatches(input, output, windows, base, inputs);
      const depths = offsets([columnCount(patches)], [output.channels]);
      multiply({
        rows: rowCount(patches),
        columns: outputs,
        depth: columnCount(patches),
        packRows: (row, rows, k, depth, into, at) =>
          packPatchRows(patches, data, row, rows, k, depth, into, at),
        packColumns: (column, columns, k, depth, into, at) =>
          packStrided(
            weights,
            group * outputs,
            weightColumns,
            depths,
            column,
            columns,
            k,
            depth,
            into,
            at,
          ),
        write: writer(out, group * outputs * output.channelStride, positions, output.channelStride),
      });
    }
  });
}

/** Prepares `convGradKernel`. */
export function convGradKernel(node: NodeOf<'convGradKernel'>, { avals }: CallContext): Call {
  const [x, ct] = node.inputs.map((value) => avals[value]);
  const { groups, layout, kernelShape } = node.attrs;
  const input = gridOf(x.shape, layout);
  const output = gridOf(ct.shape, layout);
  const windows = windowsOf(node.attrs, kernelShape.slice(0, -2));
  const inputs = input.channels / groups;
  const outputs = output.channels / groups;
  if (groups > 1 && inputs === 1) {
    return onNumbers([x, ct], x.dtype, ([data, cotangent], [out]) =>
      depthwise.gradKernel({ input, output, windows }, data, cotangent, out),
    );
  }
  const positions = positionsOf(output, output.sizes, ONES);
  const channels = offsets([outputs], [output.channelStride]);
  return onNumbers([x, ct], x.dtype, ([data, cotangent], [out]) => {
    for (let group = 0; group < groups; group++) {
      const base = group * inputs * input.channelStride;
      const patches = inputPatches(input, output, windows, base, inputs);
      const ctBase = group * outputs * output.channelStride;
      multiply({
        rows: columnCount(patches),
        columns: outputs,
        depth: rowCount(patches),
        packRows: (row, rows, k, depth, into, at) =>
          packPatchColumns(patches, data, row, rows, k, depth, into, at),
        packColumns: (column, columns, k, depth, into, at) =>
          packStrided(cotangent, ctBase, channels, positions, column, columns, k, depth, into, at),
        write: writer(out, group * outputs, offsets([columnCount(patches)], [output.channels]), 1),
      });
    }
  });
}

/** Batches from which on a zone has rows enough to be worth packing the weights again. */
const ZONE_BATCH = 16;

/** Positions of one axis of the input that are reached by the same window positions. */
export interface Zone {
  readonly first: number;
  readonly count: number;
  /** Window positions that reach the zone, and where in the output they read for its first. */
  readonly taps: readonly { readonly index: number; readonly shift: number }[];
}

/** The zones of an axis: residues of the stride, cut where window positions leave the output. */
export function zonesOf(
  input: Grid,
  output: Grid,
  windows: Windows,
  axis: number,
  isCut: boolean = input.batch >= ZONE_BATCH,
): Zone[] {
  const stride = windows.strides[axis];
  const zones: Zone[] = [];
  for (let residue = 0; residue < stride; residue++) {
    const count = Math.max(0, Math.ceil((input.sizes[axis] - residue) / stride));
    const taps: { index: number; shift: number }[] = [];
    const cuts = new Set([0, count]);
    for (let index = 0; index < windows.window[axis]; index++) {
      const distance = residue + windows.before[axis] - index * windows.dilation[axis];
      if (distance % stride !== 0) continue;
      const shift = distance / stride;
      taps.push({ index, shift });
      if (!isCut) continue;
      for (const cut of [-shift, output.sizes[axis] - shift]) {
        if (cut > 0 && cut < count) cuts.add(cut);
      }
    }
    const edges = [...cuts].sort((a, b) => a - b);
    for (let i = 0; i + 1 < edges.length; i++) {
      const [from, to] = [edges[i], edges[i + 1]];
      const reaching = taps.filter(
        ({ shift }) => to + shift > 0 && from + shift < output.sizes[axis],
      );
      zones.push({
        first: residue + from * stride,
        count: to - from,
        taps: reaching.map(({ index, shift }) => ({ index, shift: shift + from })),
      });
    }
  }
  return zones;
}

/** Input positions that are one product: a zone of each axis. */
export interface Phase {
  readonly patches: Patches;
  readonly origin: number;
  readonly positions: Offsets;
  readonly weights: Offsets;
}

export function phase(
  input: Grid,
  output: Grid,
  windows: Windows,
  zones: readonly [Zone, Zone, Zone],
  base: number,
  outputs: number,
  inputs: number,
): Phase {
  const [depth, height, width] = zones;
  const taps: number[] = [];
  const weights: number[] = [];
  const perPosition = inputs * output.channels;
  for (const d of depth.taps) {
    for (const h of height.taps) {
      for (const w of width.taps) {
        taps.push(d.shift, h.shift, w.shift);
        const [, sizeH, sizeW] = windows.window;
        weights.push(((d.index * sizeH + h.index) * sizeW + w.index) * perPosition);
      }
    }
  }
  const rows: Triple = [depth.count, height.count, width.count];
  const table = new Int32Array(weights.length * outputs);
  weights.forEach((start, t) => {
    for (let o = 0; o < outputs; o++) table[t * outputs + o] = start + o;
  });
  return {
    patches: {
      source: output,
      base,
      channels: outputs,
      rows,
      steps: ONES,
      taps: Int32Array.from(taps),
    },
    origin: zones.reduce((sum, { first }, axis) => sum + first * input.strides[axis], 0),
    positions: positionsOf(input, rows, windows.strides),
    weights: { size: table.length, stride: 0, table },
  };
}

/** Prepares `convGradInput`. */
export function convGradInput(node: NodeOf<'convGradInput'>, { avals }: CallContext): Call {
  const [ct, kernel] = node.inputs.map((value) => avals[value]);
  const { groups, layout, inputShape } = node.attrs;
  const input = gridOf(inputShape, layout);
  const output = gridOf(ct.shape, layout);
  const windows = windowsOf(node.attrs, kernel.shape.slice(0, -2));
  const inputs = input.channels / groups;
  const outputs = output.channels / groups;
  if (groups > 1 && inputs === 1) {
    return onNumbers([ct, kernel], ct.dtype, ([data, weights], [out]) =>
      depthwise.gradInput({ input, output, windows }, data, weights, out),
    );
  }
  const columns = offsets([inputs], [output.channels]);
  const [depthZones, heightZones, widthZones] = [0, 1, 2].map((axis) =>
    zonesOf(input, output, windows, axis),
  );
  const plans: { phases: Phase[]; group: number }[] = [];
  for (let group = 0; group < groups; group++) {
    const phases: Phase[] = [];
    const base = group * outputs * output.channelStride;
    for (const d of depthZones) {
      for (const h of heightZones) {
        for (const w of widthZones) {
          phases.push(phase(input, output, windows, [d, h, w], base, outputs, inputs));
        }
      }
    }
    plans.push({ phases, group });
  }
  return onNumbers([ct, kernel], ct.dtype, ([data, weights], [out]) => {
    for (const { phases, group } of plans) {
      for (const { patches, origin, positions, weights: depths } of phases) {
        const base = group * inputs * input.channelStride + origin;
        multiply({
          rows: rowCount(patches),
          columns: inputs,
          depth: depths.size,
          packRows: (row, rows, k, depth, into, at) =>
            packPatchRows(patches, data, row, rows, k, depth, into, at),
          packColumns: (column, count, k, depth, into, at) =>
            packStrided(
              weights,
              group * outputs,
              columns,
              depths,
              column,
              count,
              k,
              depth,
              into,
              at,
            ),
          write: writer(out, base, positions, input.channelStride),
        });
      }
    }
  });
}
