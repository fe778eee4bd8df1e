/**
 * Pooling and its gradient. Window positions are visited in row-major order; the first maximum wins
 * and a NaN is more than any number. Sums accumulate in float64.
 */
import type { Storage } from '../storage.ts';
import { onNumbers } from './call.ts';
import type { Call, CallContext, NodeOf } from './call.ts';
import { gridOf, windowPositions, windowsOf } from './spatial.ts';
import type { Grid, Windows } from './spatial.ts';

/** Calls `visit` for each output position with the input offsets of its window that are inside. */
function eachWindow(
  input: Grid,
  output: Grid,
  windows: Windows,
  visit: (out: number, offsets: Int32Array, count: number) => void,
): void {
  const taps = windowPositions(windows.window, windows.dilation);
  const offsets = new Int32Array(taps.length / 3);
  const [sizeD, sizeH, sizeW] = input.sizes;
  for (let n = 0; n < output.batch; n++) {
    for (let d = 0; d < output.sizes[0]; d++) {
      for (let h = 0; h < output.sizes[1]; h++) {
        for (let w = 0; w < output.sizes[2]; w++) {
          const d0 = d * windows.strides[0] - windows.before[0];
          const h0 = h * windows.strides[1] - windows.before[1];
          const w0 = w * windows.strides[2] - windows.before[2];
          let count = 0;
          for (let tap = 0; tap < taps.length; tap += 3) {
            const atD = d0 + taps[tap];
            const atH = h0 + taps[tap + 1];
            const atW = w0 + taps[tap + 2];
            if (atD < 0 || atD >= sizeD || atH < 0 || atH >= sizeH || atW < 0 || atW >= sizeW) {
              continue;
            }
            offsets[count++] =
              n * input.batchStride +
              atD * input.strides[0] +
              atH * input.strides[1] +
              atW * input.strides[2];
          }
          const out =
            n * output.batchStride +
            d * output.strides[0] +
            h * output.strides[1] +
            w * output.strides[2];
          visit(out, offsets, count);
        }
      }
    }
  }
}

/** Prepares `pool`. */
export function pool(node: NodeOf<'pool'>, { avals }: CallContext): Call {
  const aval = avals[node.inputs[0]];
  const { fn, layout, window } = node.attrs;
  const input = gridOf(aval.shape, layout);
  const output = gridOf(avals[node.outputs[0]].shape, layout);
  const windows = windowsOf(node.attrs, window);
  const apply = fn === 'max' ? maxima : sums;
  return onNumbers([aval], aval.dtype, ([x], [out]) => {
    eachWindow(input, output, windows, (at, offsets, count) => {
      apply(x, out, at, offsets, count, output.channels, input.channelStride, output.channelStride);
    });
  });
}

function maxima(
  x: Storage,
  out: Storage,
  at: number,
  offsets: Int32Array,
  count: number,
  channels: number,
  inStep: number,
  outStep: number,
): void {
  if (count === 4) {
    // The common window of 2 × 2, without the loop over its positions.
    const o0 = offsets[0];
    const o1 = offsets[1];
    const o2 = offsets[2];
    const o3 = offsets[3];
    for (let c = 0, p = 0, q = at; c < channels; c++, p += inStep, q += outStep) {
      const b = x[o1 + p];
      const d = x[o2 + p];
      const e = x[o3 + p];
      let best = x[o0 + p];
      if (b > best || b !== b) best = b;
      if (d > best || d !== d) best = d;
      if (e > best || e !== e) best = e;
      out[q] = best;
    }
    return;
  }
  for (let c = 0; c < channels; c++) {
    let best = -Infinity;
    const channel = c * inStep;
    for (let i = 0; i < count; i++) {
      const value = x[offsets[i] + channel];
      if (value > best || value !== value) best = value;
    }
    out[at + c * outStep] = best;
  }
}

function sums(
  x: Storage,
  out: Storage,
  at: number,
  offsets: Int32Array,
  count: number,
  channels: number,
  inStep: number,
  outStep: number,
): void {
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    const channel = c * inStep;
    for (let i = 0; i < count; i++) sum += x[offsets[i] + channel];
    out[at + c * outStep] = sum;
  }
}

/** Whether two windows can share an input position. */
function overlap({ window, strides, dilation }: Windows): boolean {
  return window.some((size, i) => size > 1 && (dilation[i] > 1 || size > strides[i]));
}

/** Prepares `poolGrad`. */
export function poolGrad(node: NodeOf<'poolGrad'>, { avals }: CallContext): Call {
  const [xAval, yAval, ctAval] = node.inputs.map((value) => avals[value]);
  const { fn, layout, window } = node.attrs;
  const input = gridOf(xAval.shape, layout);
  const output = gridOf(yAval.shape, layout);
  const windows = windowsOf(node.attrs, window);
  const overlaps = overlap(windows);
  const spread = fn === 'max' ? toMaximum : toAll;
  return onNumbers([xAval, yAval, ctAval], xAval.dtype, ([x, , ct], [out]) => {
    // Where windows overlap, cotangents add up in float64 and are rounded once.
    const total = overlaps ? new Float64Array(out.length) : out;
    total.fill(0);
    eachWindow(input, output, windows, (at, offsets, count) => {
      spread(
        x,
        ct,
        total,
        at,
        offsets,
        count,
        output.channels,
        input.channelStride,
        output.channelStride,
      );
    });
    if (overlaps) out.set(total);
  });
}

function toMaximum(
  x: Storage,
  ct: Storage,
  total: Storage,
  at: number,
  offsets: Int32Array,
  count: number,
  channels: number,
  inStep: number,
  outStep: number,
): void {
  if (count === 0) return;
  if (count === 4) {
    const o0 = offsets[0];
    const o1 = offsets[1];
    const o2 = offsets[2];
    const o3 = offsets[3];
    for (let c = 0, p = 0, q = at; c < channels; c++, p += inStep, q += outStep) {
      const b = x[o1 + p];
      const d = x[o2 + p];
      const e = x[o3 + p];
      let best = x[o0 + p];
      let where = o0;
      if (b > best || (b !== b && best === best)) {
        best = b;
        where = o1;
      }
      if (d > best || (d !== d && best === best)) {
        best = d;
        where = o2;
      }
      if (e > best || (e !== e && best === best)) {
        best = e;
        where = o3;
      }
      total[where + p] += ct[q];
    }
    return;
  }
  for (let c = 0; c < channels; c++) {
    const channel = c * inStep;
    let where = offsets[0] + channel;
    let best = x[where];
    for (let i = 1; i < count; i++) {
      const value = x[offsets[i] + channel];
      if (value > best || (value !== value && best === best)) {
        best = value;
        where = offsets[i] + channel;
      }
    }
    total[where] += ct[at + c * outStep];
  }
}

function toAll(
  _: Storage,
  ct: Storage,
  total: Storage,
  at: number,
  offsets: Int32Array,
  count: number,
  channels: number,
  inStep: number,
  outStep: number,
): void {
  for (let c = 0; c < channels; c++) {
    const value = ct[at + c * outStep];
    for (let i = 0; i < count; i++) total[offsets[i] + c * inStep] += value;
  }
}
