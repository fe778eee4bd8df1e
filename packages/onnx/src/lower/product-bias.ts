/** A bias that is added to a matrix product goes into the product's node, which then also fuses. */
import type { NodeProto } from '../proto/onnx_pb.ts';
import type { Scope } from '../scope.ts';
import { equal, type Value } from '../value.ts';

/** The product's node if the value is a plain Gemm of this scope without a bias. */
function bareProduct(scope: Scope, value: Value): NodeProto | undefined {
  if (value.dtype !== 'float32' && value.dtype !== 'float64') return undefined;
  if (value.order !== undefined || !equal(value.dims, value.shape)) return undefined;
  const node = scope.producer(value.name);
  return node?.opType === 'Gemm' && node.input.length === 2 ? node : undefined;
}

/** product + bias as one node, if that is what the operands are; the bare product then falls away. */
export function withBias(scope: Scope, a: Value, b: Value): Value | undefined {
  for (const [product, bias] of [
    [a, b],
    [b, a],
  ] as const) {
    const node = bareProduct(scope, product);
    const width = product.shape.at(-1);
    if (node === undefined || product.shape.length !== 2 || width === 1) continue;
    if (bias.order !== undefined || !equal(bias.dims, [width!])) continue;
    const flags = node.attribute.map(({ name, i }) => [name, Number(i)] as const);
    const attributes = Object.fromEntries(flags);
    return { ...product, name: scope.node('Gemm', [...node.input, bias.name], attributes) };
  }
  return undefined;
}
