/** Orthogonal matrices, by Householder QR of a normal matrix (Saxe et al., arXiv 1312.6120). */
import { decode, type DType, floatx, hostNormal, type HostTensor, ShapeError } from '@addax/core';
import type { GainOptions } from './constant.ts';
import { countOf, toHostTensor } from './initializer.ts';
import { RandomInitializer, type SeedOptions } from './random.ts';

/** Rows or columns orthogonal to each other, whichever are fewer; leading axes count as rows. */
export class Orthogonal extends RandomInitializer {
  static override readonly className: string = 'Orthogonal';
  readonly gain: number;

  constructor(options: SeedOptions & GainOptions = {}) {
    super(options);
    this.gain = options.gain ?? 1;
  }

  override draw(shape: readonly number[], dtype: DType = floatx()): HostTensor {
    if (shape.length < 2) {
      throw new ShapeError(`Orthogonal takes at least two axes, got shape [${shape.join(', ')}]`);
    }
    const rows = countOf(shape.slice(0, -1));
    const columns = shape.at(-1)!;
    const [tall, narrow] = [Math.max(rows, columns), Math.min(rows, columns)];
    const normal = hostNormal(this.key, [tall, narrow]);
    const q = orthonormalColumns(Float64Array.from(decode(normal.data, 'float32'), Number), narrow);
    const values = new Float64Array(rows * columns);
    for (let i = 0; i < tall; i++) {
      for (let j = 0; j < narrow; j++) {
        const target = rows < columns ? j * columns + i : i * columns + j;
        values[target] = q[i * narrow + j]! * this.gain;
      }
    }
    return toHostTensor(shape, values, dtype);
  }

  override getConfig(): object {
    return { gain: this.gain, seed: this.seed };
  }
}

/**
 * Q of the QR decomposition of a matrix with at least as many rows as columns, with the signs that make
 * R's diagonal positive, so that Q is uniform among orthogonal matrices.
 */
export function orthonormalColumns(a: Float64Array, columns: number): Float64Array {
  const rows = columns === 0 ? 0 : a.length / columns;
  const r = a.slice();
  const reflectors: Float64Array[] = [];
  const signs = new Float64Array(columns).fill(1);
  for (let k = 0; k < columns; k++) {
    const v = new Float64Array(rows);
    let norm = 0;
    for (let i = k; i < rows; i++) {
      v[i] = r[i * columns + k]!;
      norm += v[i]! ** 2;
    }
    norm = Math.sqrt(norm);
    // Reflecting to −sign · norm avoids cancellation; that is then the sign of R's diagonal.
    signs[k] = v[k]! > 0 ? -1 : 1;
    v[k]! -= signs[k]! * norm;
    reflect(r, v, columns, k, k);
    reflectors.push(v);
  }
  const q = new Float64Array(rows * columns);
  for (let k = 0; k < columns; k++) q[k * columns + k] = signs[k]!;
  for (let k = columns - 1; k >= 0; k--) reflect(q, reflectors[k]!, columns, k, 0);
  return q;
}

/** m ← (I − 2 v vᵀ / |v|²) m, for rows and columns from the given ones. */
function reflect(
  m: Float64Array,
  v: Float64Array,
  columns: number,
  firstRow: number,
  firstColumn: number,
): void {
  let squared = 0;
  for (let i = firstRow; i < v.length; i++) squared += v[i]! ** 2;
  if (squared === 0) return;
  for (let j = firstColumn; j < columns; j++) {
    let product = 0;
    for (let i = firstRow; i < v.length; i++) product += v[i]! * m[i * columns + j]!;
    const factor = (2 * product) / squared;
    for (let i = firstRow; i < v.length; i++) m[i * columns + j]! -= factor * v[i]!;
  }
}
