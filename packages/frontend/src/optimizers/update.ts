/** Parts of an optimizer's step that need no optimizer. */
import { ArgumentError, ShapeError, type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';

/** A gradient; null where the loss does not depend on the variable. */
export type Gradient = Tensor | null;

/** The gradients that are there and their variables. */
export function presentGradients(
  name: string,
  gradients: readonly Gradient[],
  variables: readonly Variable[],
): [Tensor[], Variable[]] {
  const owners = variables.filter((_, i) => gradients[i] !== null);
  const found = gradients.filter((gradient) => gradient !== null);
  if (found.length === 0) throw new ArgumentError(`${name} got no gradient for any variable.`);
  owners.forEach((variable, i) => {
    const { shape } = found[i]!;
    if (shape.join() !== variable.shape.join()) {
      throw new ShapeError(
        `${name}: the gradient of "${variable.path}" has shape [${shape.join(', ')}], ` +
          `the variable [${variable.shape.join(', ')}].`,
      );
    }
  });
  return [found, owners];
}

/** variable ← variable − variable · decay · rate. */
export function shrink(variable: Variable, decay: number, rate: Tensor): void {
  const { value, dtype } = variable;
  variable.assign(value.sub(value.mul(decay).mul(rate.cast(dtype))));
}

/** Runs `update`, then keeps what it assigned only where the condition holds. */
export function commitIf(
  condition: Tensor,
  variables: readonly Variable[],
  update: () => void,
): void {
  const before = variables.map((variable) => variable.value);
  update();
  variables.forEach((variable, i) => {
    const after = variable.value;
    if (after !== before[i]) variable.assign(ops.where(condition, after, before[i]!));
  });
}
