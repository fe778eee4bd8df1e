/** The regularizers of `keras.regularizers`. */
import { ArgumentError, ShapeError, type Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { checkOption } from '../identifiers.ts';
import { Regularizer } from './regularizer.ts';

function strength(value: number, name: string): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new ArgumentError(`${name} must be a number of at least 0, got ${value}`);
}

/** Options of {@link L1}. */
export interface L1Options {
  /** Factor of the sum of absolute values. Default 0.01. */
  readonly l1?: number | null | undefined;
}

/** Options of {@link L2}. */
export interface L2Options {
  /** Factor of the sum of squares. Default 0.01. */
  readonly l2?: number | null | undefined;
}

/** l1 · Σ|x|. */
export class L1 extends Regularizer {
  static override readonly className: string = 'L1';
  readonly l1: number;

  constructor(options: L1Options = {}) {
    super();
    this.l1 = strength(options.l1 ?? 0.01, 'l1');
  }

  override call(x: Tensor): Tensor {
    return ops.sum(ops.abs(x)).mul(this.l1);
  }

  override getConfig(): object {
    return { l1: this.l1 };
  }
}

/** l2 · Σx². */
export class L2 extends Regularizer {
  static override readonly className: string = 'L2';
  readonly l2: number;

  constructor(options: L2Options = {}) {
    super();
    this.l2 = strength(options.l2 ?? 0.01, 'l2');
  }

  override call(x: Tensor): Tensor {
    return ops.sum(ops.square(x)).mul(this.l2);
  }

  override getConfig(): object {
    return { l2: this.l2 };
  }
}

/** l1 · Σ|x| + l2 · Σx²; both factors are 0 by default. */
export class L1L2 extends Regularizer {
  static override readonly className: string = 'L1L2';
  readonly l1: number;
  readonly l2: number;

  constructor(options: L1Options & L2Options = {}) {
    super();
    this.l1 = strength(options.l1 ?? 0, 'l1');
    this.l2 = strength(options.l2 ?? 0, 'l2');
  }

  override call(x: Tensor): Tensor {
    const absolute = ops.sum(ops.abs(x)).mul(this.l1);
    return absolute.add(ops.sum(ops.square(x)).mul(this.l2));
  }

  override getConfig(): object {
    return { l1: this.l1, l2: this.l2 };
  }
}

/** Options of {@link OrthogonalRegularizer}. */
export interface OrthogonalOptions {
  /** Factor of the penalty. Default 0.01. */
  readonly factor?: number | undefined;
  /** Which vectors should be orthogonal to each other. Default 'rows'. */
  readonly mode?: 'rows' | 'columns' | undefined;
}

/** Pushes the rows or the columns of a matrix towards being orthogonal. */
export class OrthogonalRegularizer extends Regularizer {
  static override readonly className: string = 'OrthogonalRegularizer';
  readonly factor: number;
  readonly mode: 'rows' | 'columns';

  constructor(options: OrthogonalOptions = {}) {
    super();
    this.factor = strength(options.factor ?? 0.01, 'factor');
    this.mode = checkOption('mode', options.mode ?? 'rows', ['rows', 'columns']);
  }

  override call(x: Tensor): Tensor {
    if (x.rank !== 2) {
      throw new ShapeError(
        `OrthogonalRegularizer takes a matrix, got shape [${x.shape.join(', ')}]`,
      );
    }
    const rows = this.mode === 'rows';
    const unit = ops.normalize(x, { axis: rows ? 1 : 0 });
    const turned = ops.transpose(unit);
    const product = rows ? ops.matmul(unit, turned) : ops.matmul(turned, unit);
    const size = x.shape[rows ? 0 : 1]!;
    const others = ops.subtract(1, ops.eye(size, { dtype: x.dtype }));
    const pairs = (size * (size - 1)) / 2;
    return ops.sum(ops.abs(product.mul(others))).mul((this.factor * 0.5) / pairs);
  }

  override getConfig(): object {
    return { factor: this.factor, mode: this.mode };
  }
}
