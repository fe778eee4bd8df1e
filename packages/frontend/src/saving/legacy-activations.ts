/**
 * Activations that were other functions in Keras 2 (and are in TensorFlow.js) than in Keras 3. They are
 * registered under names of their own, so that models with them can be saved again.
 */
import type { Tensor } from '@addax/core';
import * as ops from '@addax/core/ops';
import { registerSerializable } from './registry.ts';

const NAME = 'hard_sigmoid_keras2';

/** Keras 2's piecewise linear sigmoid, of slope 0.2 where Keras 3 has 1/6. */
function hardSigmoid(x: Tensor): Tensor {
  return ops.clip(ops.add(ops.multiply(x, 0.2), 0.5), 0, 1);
}

/** What stands for an activation of Keras 2 today, if that is not the activation of the same name. */
export function legacyActivation(name: unknown): unknown {
  if (name !== 'hard_sigmoid') return undefined;
  const { registeredName } = register();
  return {
    module: 'builtins',
    class_name: 'function',
    config: registeredName,
    registered_name: 'function',
  };
}

function register(): { readonly registeredName: string } {
  registerSerializable(hardSigmoid, { package: 'addax', name: NAME });
  return { registeredName: `addax>${NAME}` };
}
