/** Kernels of the short-time Fourier transform. */
import { ArgumentError, type DType, type HostTensor, ShapeError } from '@addax/core';
import { checkOption } from '../identifiers.ts';
import { Initializer, toHostTensor } from './initializer.ts';

/** Named windows. */
export type WindowName = 'hann' | 'hamming' | 'blackman' | 'boxcar';

/** Options of {@link STFT}. */
export interface STFTOptions {
  /** Which part of the transform. Default 'real'. */
  readonly side?: 'real' | 'imag' | undefined;
  /** Window: a name, its values, or null for none. Default 'hann'. */
  readonly window?: WindowName | readonly number[] | null | undefined;
  /** What the windowed kernel is divided by. Default 'density'. */
  readonly scaling?: 'density' | 'spectrum' | null | undefined;
  /** Whether the window is periodic rather than symmetric. Default false. */
  readonly periodic?: boolean | undefined;
}

/** Cosine coefficients of each window. */
const WINDOWS: Readonly<Record<WindowName, readonly number[]>> = {
  hann: [0.5, -0.5],
  hamming: [0.54, -0.46],
  blackman: [0.42, -0.5, 0.08],
  boxcar: [1],
};

/** Fourier kernels of shape `[frame length, channels, bins]`. */
export class STFT extends Initializer {
  static override readonly className: string = 'STFT';
  readonly side: 'real' | 'imag';
  readonly window: WindowName | readonly number[] | null;
  readonly scaling: 'density' | 'spectrum' | null;
  readonly periodic: boolean;

  constructor(options: STFTOptions = {}) {
    super();
    const { window, scaling } = options;
    this.side = checkOption('side', options.side ?? 'real', ['real', 'imag']);
    this.window = window === undefined ? 'hann' : window;
    if (typeof this.window === 'string') {
      checkOption('window', this.window, Object.keys(WINDOWS) as WindowName[]);
    }
    this.scaling =
      scaling === null
        ? null
        : checkOption<'density' | 'spectrum'>('scaling', scaling ?? 'density', [
            'density',
            'spectrum',
          ]);
    this.periodic = options.periodic ?? false;
  }

  override draw(shape: readonly number[], dtype?: DType): HostTensor {
    const [length, channels, bins] = shape;
    if (length === undefined || channels === undefined || bins === undefined || shape.length > 3) {
      throw new ShapeError(
        `STFT takes a shape [frame length, channels, bins], got [${shape.join(', ')}]`,
      );
    }
    const weights = this.#weights(length);
    const wave = this.side === 'real' ? Math.cos : Math.sin;
    const values = new Float64Array(length * channels * bins);
    let position = 0;
    for (let time = 0; time < length; time++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let bin = 0; bin < bins; bin++) {
          const angle = (-2 * Math.PI * time * bin) / ((bins - 1) * 2);
          values[position++] = wave(angle) * weights[time]!;
        }
      }
    }
    return toHostTensor(shape, values, dtype);
  }

  /** The window, scaled. */
  #weights(length: number): number[] {
    if (this.window === null) return Array.from({ length }, () => 1);
    const window =
      typeof this.window === 'string'
        ? cosineWindow(WINDOWS[this.window], length, this.periodic)
        : [...this.window];
    if (window.length !== length) {
      throw new ArgumentError(`the window has ${window.length} values, the frame ${length}`);
    }
    const sum = (f: (value: number) => number): number =>
      window.reduce((total, value) => total + f(value), 0);
    if (this.scaling === null) return window;
    const scale =
      this.scaling === 'density' ? Math.sqrt(sum((value) => value ** 2)) : sum(Math.abs);
    return window.map((value) => value / scale);
  }

  override getConfig(): object {
    const { side, window, scaling, periodic } = this;
    return { side, window, scaling, periodic };
  }
}

function cosineWindow(
  coefficients: readonly number[],
  length: number,
  periodic: boolean,
): number[] {
  if (length === 1) return [1];
  const period = periodic ? length : length - 1;
  return Array.from({ length }, (_, i) =>
    coefficients.reduce((sum, c, k) => sum + c * Math.cos((2 * Math.PI * k * i) / period), 0),
  );
}
