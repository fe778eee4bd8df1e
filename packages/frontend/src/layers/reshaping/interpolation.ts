/**
 * Values between elements, as a matrix that makes an axis longer: interpolation is linear, so its
 * gradient comes by itself. Centres are half-pixel; taps outside the image are left out.
 */
import { tensor, type DType, type Tensor } from '@addax/core';

/** How values in between are found. */
export type Interpolation = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';

/** How far a kernel reaches, and its weight at a distance. */
interface Kernel {
  readonly radius: number;
  weight(distance: number): number;
}

const KERNELS: Readonly<Record<Exclude<Interpolation, 'nearest'>, Kernel>> = {
  bilinear: { radius: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { radius: 2, weight: keys },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/** Keys' cubic convolution with a = −0.5. */
function keys(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

function lanczos(radius: number): Kernel {
  const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  return { radius, weight: (x) => (Math.abs(x) < radius ? sinc(x) * sinc(x / radius) : 0) };
}

/** `[size · factor, size]`: each row has the weights of one new element. */
export function interpolationMatrix(
  size: number,
  factor: number,
  interpolation: Exclude<Interpolation, 'nearest'>,
  dtype: DType,
): Tensor {
  const { radius, weight } = KERNELS[interpolation];
  const rows = size * factor;
  const matrix = new Float64Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const center = (row + 0.5) / factor - 0.5;
    const first = Math.max(0, Math.ceil(center - radius));
    const last = Math.min(size - 1, Math.floor(center + radius));
    let total = 0;
    for (let tap = first; tap <= last; tap++) total += weight(tap - center);
    for (let tap = first; tap <= last; tap++) {
      matrix[row * size + tap] = weight(tap - center) / total;
    }
  }
  return tensor(Float32Array.from(matrix), [rows, size]).cast(dtype);
}
