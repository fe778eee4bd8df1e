/** gelu: x·Φ(x), by erf or by the tanh approximation (Hendrycks and Gimpel, arXiv 1606.08415). */
import type { Tensor } from '../../tensor/tensor.ts';
import { composite, scaled, widen } from './composite.ts';

/** Gaussian error linear unit. */
export function gelu(x: Tensor, approximate: boolean = true): Tensor {
  const [y] = composite('gelu', [x], { approximate }, (ops, [input], options) => {
    const wide = widen(ops, input!);
    const one = ops.fullLike(wide, 1);
    let curve: Tensor;
    if (options.approximate) {
      const cube = ops.mul(wide, ops.mul(wide, wide));
      const inner = ops.add(wide, scaled(ops, cube, 0.044715));
      curve = ops.unary('tanh', scaled(ops, inner, Math.sqrt(2 / Math.PI)));
    } else {
      curve = ops.unary('erf', scaled(ops, wide, Math.SQRT1_2));
    }
    const result = ops.mul(scaled(ops, wide, 0.5), ops.add(one, curve));
    return [ops.cast(result, input!.dtype)];
  });
  return y!;
}
