/**
 * Convolutions with one input channel per group. As products they would be one column wide; here the
 * channels are the inner loop instead. Sums run in float64 over window positions in row-major order.
 */
import type { Storage } from '../storage.ts';
import { windowPositions } from './spatial.ts';
import type { Grid, Windows } from './spatial.ts';

/** Geometry of a depthwise convolution. */
export interface Depthwise {
  readonly input: Grid;
  readonly output: Grid;
  readonly windows: Windows;
}

let sums = new Float64Array(0);

function zeroed(length: number): Float64Array {
  if (sums.length < length) sums = new Float64Array(length);
  return sums.fill(0, 0, length);
}

/** Visits every output position and, of its window, the positions inside the input. */
function eachTap(
  { input, output, windows }: Depthwise,
  visit: (x: number, y: number, tap: number) => void,
  finish?: (y: number) => void,
): void {
  const taps = windowPositions(windows.window, windows.dilation);
  const [sizeD, sizeH, sizeW] = input.sizes;
  const [countD, countH, countW] = output.sizes;
  for (let n = 0; n < output.batch; n++) {
    for (let place = 0; place < countD * countH * countW; place++) {
      const w = place % countW;
      const h = Math.floor(place / countW) % countH;
      const d = Math.floor(place / (countW * countH));
      const y =
        n * output.batchStride +
        d * output.strides[0] +
        h * output.strides[1] +
        w * output.strides[2];
      for (let tap = 0; tap < taps.length; tap += 3) {
        const atD = d * windows.strides[0] - windows.before[0] + taps[tap];
        const atH = h * windows.strides[1] - windows.before[1] + taps[tap + 1];
        const atW = w * windows.strides[2] - windows.before[2] + taps[tap + 2];
        if (atD < 0 || atD >= sizeD || atH < 0 || atH >= sizeH || atW < 0 || atW >= sizeW) continue;
        const x =
          n * input.batchStride +
          atD * input.strides[0] +
          atH * input.strides[1] +
          atW * input.strides[2];
        visit(x, y, tap / 3);
      }
      finish?.(y);
    }
  }
}

/** y = conv(x, kernel). */
export function forward(shape: Depthwise, x: Storage, kernel: Storage, y: Storage): void {
  const { channels, channelStride } = shape.output;
  const { channels: groups, channelStride: step } = shape.input;
  const multiplier = channels / groups;
  const total = zeroed(channels);
  eachTap(
    shape,
    (xAt, _, tap) => {
      for (let c = 0, o = 0, k = tap * channels; c < groups; c++) {
        const value = x[xAt + c * step];
        for (let m = 0; m < multiplier; m++, o++, k++) total[o] += value * kernel[k];
      }
    },
    (yAt) => {
      for (let o = 0; o < channels; o++) {
        y[yAt + o * channelStride] = total[o];
        total[o] = 0;
      }
    },
  );
}

/** dx from the cotangent of y and the kernel. */
export function gradInput(shape: Depthwise, ct: Storage, kernel: Storage, dx: Storage): void {
  const { channels, channelStride } = shape.output;
  const { channels: groups, channelStride: step } = shape.input;
  const multiplier = channels / groups;
  const total = zeroed(dx.length);
  eachTap(shape, (xAt, yAt, tap) => {
    for (let c = 0, o = 0, k = tap * channels; c < groups; c++) {
      const to = xAt + c * step;
      for (let m = 0; m < multiplier; m++, o++, k++) {
        total[to] += ct[yAt + o * channelStride] * kernel[k];
      }
    }
  });
  for (let i = 0; i < dx.length; i++) dx[i] = total[i];
}

/** The gradient of the kernel from x and the cotangent of y. */
export function gradKernel(shape: Depthwise, x: Storage, ct: Storage, dk: Storage): void {
  const { channels, channelStride } = shape.output;
  const { channels: groups, channelStride: step } = shape.input;
  const multiplier = channels / groups;
  const total = zeroed(dk.length);
  eachTap(shape, (xAt, yAt, tap) => {
    for (let c = 0, o = 0, k = tap * channels; c < groups; c++) {
      const value = x[xAt + c * step];
      for (let m = 0; m < multiplier; m++, o++, k++) {
        total[k] += value * ct[yAt + o * channelStride];
      }
    }
  });
  for (let i = 0; i < dk.length; i++) dk[i] = total[i];
}
