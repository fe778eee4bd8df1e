/**
 * A bias that is added to a matrix product or a convolution goes into that node, which then also
 * fuses with the activation after it.
 */
import type { NodeProto } from '../proto/onnx_pb.ts';
import type { Attributes } from '../model.ts';
import type { Name, Scope } from '../scope.ts';
import { equal, fullDims, reshapeTo, storedShape, type Value } from '../value.ts';

/** Attributes that the emitter wrote, read back. */
function attributesOf({ attribute }: NodeProto): Attributes {
  return Object.fromEntries(
    attribute.map(({ name, i, ints, type }) => [name, type === 2 ? Number(i) : ints.map(Number)]),
  );
}

/** The bias as one axis, if it varies along `axis` of the tensor only. */
function biasName(scope: Scope, bias: Value, product: Value, axis: number): Name | undefined {
  const order = product.order ?? product.shape.map((_, i) => i);
  if (bias.order !== undefined) return undefined;
  const own = fullDims(bias);
  const dims = order.map((item) => own[item]!);
  const whole = storedShape(product);
  const varies = dims.every((size, i) => (i === axis ? size === whole[i] : size === 1));
  if (!varies) return undefined;
  return bias.dims.length === 1 ? bias.name : reshapeTo(scope, bias.name, [whole[axis]!]);
}

/** A bias of a matrix product: one number for each column, or a matrix. */
function matrixBias(scope: Scope, bias: Value, product: Value): Name | undefined {
  const { columns, shape } = product;
  if (bias.order !== undefined || product.order !== undefined) return undefined;
  if (columns === undefined) return undefined;
  const own = fullDims(bias);
  if (shape.length === 2 && equal(own, shape)) return bias.name;
  let first = shape.length;
  for (let count = 1; first > 0 && count < columns;) count *= shape[--first]!;
  const isRow = own.every((size, axis) => size === (axis < first ? 1 : shape[axis]));
  if (!isRow || own.reduce((a, b) => a * b, 1) !== columns) return undefined;
  return bias.dims.length === 1 ? bias.name : reshapeTo(scope, bias.name, [columns]);
}

/** The matrix product behind a value, perhaps with its rows or columns as several axes. */
function productNode(scope: Scope, { name }: Value): NodeProto | undefined {
  const node = scope.producer(name);
  const made = node?.opType === 'Reshape' ? scope.producer(node.input[0]!) : node;
  return made?.opType === 'Gemm' && made.input.length === 2 ? made : undefined;
}

/** product + bias as one node, if that is what the operands are; the bare product then falls away. */
export function withBias(
  scope: Scope,
  values: readonly Value[],
  lastReader: readonly boolean[],
): Value | undefined {
  for (const [i, j] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const [product, bias] = [values[i]!, values[j]!];
    if (lastReader[i] !== true || product.dtype !== bias.dtype) continue;
    if (product.dtype !== 'float32' && product.dtype !== 'float64') continue;
    if (!equal(product.dims, storedShape(product))) continue;
    const matrix = productNode(scope, product);
    const node = matrix ?? scope.producer(product.name);
    if (matrix === undefined && (node?.opType !== 'Conv' || node.input.length !== 2)) continue;
    const name = matrix ? matrixBias(scope, bias, product) : biasName(scope, bias, product, 1);
    if (name === undefined) continue;
    const joined = scope.node(node!.opType, [...node!.input, name], attributesOf(node!));
    const isReshaped = matrix !== undefined && !matrix.output.includes(product.name);
    return { ...product, name: isReshaped ? reshapeTo(scope, joined, product.shape) : joined };
  }
  return undefined;
}
