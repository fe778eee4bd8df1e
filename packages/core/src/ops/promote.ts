/** Promotion and broadcasting of operands, so that primitives meet equal shapes and dtypes. */
import { floatx } from '../config.ts';
import { type DType, isFloat, type PromotionType, resultType, weakType } from '../dtypes.ts';
import { ShapeError } from '../errors.ts';
import { Tensor } from '../tensor/tensor.ts';
import { currentSource } from '../trace/source.ts';
import type { Value } from './apply.ts';
import { broadcastTo, cast, full } from './primitives/functions.ts';

/** What a value counts as in promotion. */
export function promotionType(value: Value): PromotionType {
  return value instanceof Tensor ? value.dtype : weakType(value);
}

/** Result dtype of operands, JavaScript numbers weak. */
export function commonDType(...values: readonly Value[]): DType {
  const weak = values.every((value) => !(value instanceof Tensor));
  const type = resultType(...values.map(promotionType));
  return weak && type === 'float32' ? floatx() : type;
}

/** {@link commonDType}, made a float: integers and bool give floatx. */
export function commonFloat(...values: readonly Value[]): DType {
  const type = commonDType(...values);
  if (isFloat(type)) return type;
  return resultType(...values.map(promotionType), 'float') === 'float32' ? floatx() : type;
}

/** A value as a tensor of this dtype; numbers become scalars. */
export function as(value: Value, dtype: DType): Tensor {
  return value instanceof Tensor ? cast(value, dtype) : full([], value, dtype);
}

/** Operands of one dtype (the common one by default), broadcast to one shape. */
export function align(values: readonly Value[], dtype?: DType): Tensor[] {
  const [first, second] = values;
  if (values.length === 2 && first instanceof Tensor && second instanceof Tensor) {
    const fits = first.aval === second.aval && (dtype === undefined || first.dtype === dtype);
    if (fits) return [first, second];
  }
  return alignAll(values, dtype ?? commonDType(...values));
}

function alignAll(values: readonly Value[], dtype: DType): Tensor[] {
  const shape = broadcastShapes(
    ...values.map((value) => (value instanceof Tensor ? value.shape : [])),
  );
  return values.map((value) =>
    value instanceof Tensor ? broadcastTo(cast(value, dtype), shape) : full(shape, value, dtype),
  );
}

/** NumPy's broadcasting of shapes. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1 || own === size) continue;
      if (size !== 1) {
        const source = currentSource();
        const all = shapes.map((one) => `[${one.join(', ')}]`).join(' and ');
        throw new ShapeError(
          `${source === undefined ? '' : `${source}: `}operands of shapes ${all} do not broadcast: ` +
            `axis ${axis - rank} has sizes ${size} and ${own}.`,
        );
      }
      size = own;
    }
    return size;
  });
}

/** An axis counted from the front; an error names the op and the rank. */
export function checkAxis(axis: number, rank: number, op: string): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank) {
    throw new ShapeError(`${op}: axis ${axis} is out of range for a tensor of rank ${rank}.`);
  }
  return normal;
}

/** Axes counted from the front, in increasing order; all of them for null or undefined. */
export function checkAxes(
  axis: number | readonly number[] | null | undefined,
  rank: number,
  op: string,
): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, i) => i);
  const given = typeof axis === 'number' ? [axis] : axis;
  const normal = given.map((item) => checkAxis(item, rank, op));
  if (new Set(normal).size !== normal.length) {
    throw new ShapeError(`${op}: axes [${given.join(', ')}] name one axis twice.`);
  }
  return normal.toSorted((a, b) => a - b);
}
