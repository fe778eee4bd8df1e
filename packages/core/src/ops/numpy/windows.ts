/** Window functions of signal processing: floatx vectors, worked out on the host. */
import { floatx } from '../../config.ts';
import { ArgumentError } from '../../errors.ts';
import { encode } from '../../tensor/host.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { fromHost } from '../../trace/from-host.ts';
import { range } from '../values.ts';

/** A window of `count` points, given as a function of the place in [−1, 1]; 1 for a single point. */
function window(op: string, count: number, weight: (place: number) => number): Tensor {
  if (!Number.isInteger(count) || count < 0) {
    throw new ArgumentError(`${op}: x must be a whole number of points, got ${count}.`);
  }
  const values = range(count).map((i) => (count === 1 ? 1 : weight((2 * i) / (count - 1) - 1)));
  const dtype = floatx();
  return fromHost(encode(values, dtype), { shape: [count], dtype });
}

/** Bartlett's window of x points: a triangle that is 0 at both ends. */
export function bartlett(x: number): Tensor {
  return window('bartlett', x, (place) => 1 - Math.abs(place));
}

/** Blackman's window of x points. */
export function blackman(x: number): Tensor {
  return window(
    'blackman',
    x,
    (place) => 0.42 + 0.5 * Math.cos(Math.PI * place) + 0.08 * Math.cos(2 * Math.PI * place),
  );
}

/** Hamming's window of x points. */
export function hamming(x: number): Tensor {
  return window('hamming', x, (place) => 0.54 + 0.46 * Math.cos(Math.PI * place));
}

/** Von Hann's window of x points. */
export function hanning(x: number): Tensor {
  return window('hanning', x, (place) => 0.5 + 0.5 * Math.cos(Math.PI * place));
}

/** I₀, the modified Bessel function, by its power series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}

/** Kaiser's window of x points; `beta` is its shape, 0 a rectangle. */
export function kaiser(x: number, beta: number): Tensor {
  return window('kaiser', x, (place) => bessel(beta * Math.sqrt(1 - place ** 2)) / bessel(beta));
}
