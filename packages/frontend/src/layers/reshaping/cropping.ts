/** Edges cut off sequences, images and volumes. */
import { type ImageDataFormat, ShapeError, type Tensor } from '@addax/core';
import * as primitives from '@addax/core/graph-ops';
import { formatShape } from '../input-spec.ts';
import { Layer } from '../layer.ts';
import { type DataFormatOption, dataFormatOf } from '../standardize.ts';
import type { LayerOptions } from '../types.ts';
import { allEdges, type Edge, type EdgeOption, edgesOf } from './edges.ts';

/** Options of cropping. */
export interface CroppingOptions extends LayerOptions {
  /** What is cut at each end, per axis, or per end (`[[top, bottom], [left, right]]`). */
  readonly cropping?: EdgeOption | undefined;
  /** Where the channels are. Default as configured: `'channelsLast'`. */
  readonly dataFormat?: DataFormatOption | null | undefined;
}

abstract class Cropping extends Layer {
  readonly cropping: readonly Edge[];
  readonly dataFormat: ImageDataFormat;

  constructor(rank: number, cropping: EdgeOption, options: CroppingOptions) {
    const { cropping: given = cropping, dataFormat, ...rest } = options;
    super(rest);
    this.cropping = edgesOf(given, rank, 'cropping');
    this.dataFormat = rank === 1 ? 'channelsLast' : dataFormatOf(dataFormat);
    this.inputSpec = { ndim: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    const edges = allEdges(inputs, this.cropping, this.dataFormat);
    const limits = inputs.shape.map((size, axis) => size - edges[axis]![1]);
    const starts = edges.map(([before]) => before);
    if (limits.some((limit, axis) => limit <= starts[axis]!)) {
      throw new ShapeError(
        `${this.label}: cropping ${JSON.stringify(this.cropping)} leaves nothing of the input ` +
          `(input shape ${formatShape(inputs.shape)})`,
      );
    }
    return primitives.slice(inputs, starts, limits);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), cropping: this.cropping, dataFormat: this.dataFormat };
  }
}

/** Cuts steps off both ends of a sequence; one by default. */
export class Cropping1D extends Cropping {
  static override readonly className: string = 'Cropping1D';

  constructor(options: CroppingOptions = {}) {
    super(1, 1, options);
  }

  override getConfig(): Record<string, unknown> {
    const { dataFormat, ...config } = super.getConfig();
    void dataFormat;
    return { ...config, cropping: this.cropping[0]! };
  }
}

/** Cuts rows and columns off images; none by default. */
export class Cropping2D extends Cropping {
  static override readonly className: string = 'Cropping2D';

  constructor(options: CroppingOptions = {}) {
    super(2, 0, options);
  }
}

/** Cuts slices off volumes; one on each side by default. */
export class Cropping3D extends Cropping {
  static override readonly className: string = 'Cropping3D';

  constructor(options: CroppingOptions = {}) {
    super(3, 1, options);
  }
}

/** {@link Cropping1D}: cuts steps off both ends. */
export function cropping1d(options: CroppingOptions = {}): Cropping1D {
  return new Cropping1D(options);
}

/** {@link Cropping2D}: cuts rows and columns off images. */
export function cropping2d(options: CroppingOptions = {}): Cropping2D {
  return new Cropping2D(options);
}

/** {@link Cropping3D}: cuts slices off volumes. */
export function cropping3d(options: CroppingOptions = {}): Cropping3D {
  return new Cropping3D(options);
}
