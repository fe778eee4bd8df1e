/**
 * Composites: a name and the body that defines it. A backend that knows the name may run its own
 * kernel; for every other one the body is inlined. Gradients are composites again.
 */
import { isFloat } from '../../dtypes.ts';
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Aval, Graph } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { equalAvals, range, showAval } from './check.ts';
import type { Cotangents, Primitive, VjpContext } from './primitive.ts';

function checkOperands(name: string, inputs: readonly Aval[], body: Graph): void {
  if (inputs.length !== body.inputs.length) {
    throw new ArgumentError(
      `call ${name}: ${inputs.length} operand(s), but its body takes ${body.inputs.length}`,
    );
  }
  for (let i = 0; i < inputs.length; i++) {
    const expected = body.avals[body.inputs[i]!]!;
    if (!equalAvals(inputs[i]!, expected)) {
      throw new ShapeError(
        `call ${name}: operand ${i} is ${showAval(inputs[i]!)}, but its body takes ` +
          showAval(expected),
      );
    }
  }
}

const floatIndices = (avals: readonly Aval[]): number[] =>
  range(avals.length).filter((i) => isFloat(avals[i]!.dtype));

/** The gradient somebody wrote: it takes operands, outputs and cotangents of float outputs. */
function givenGradient(context: VjpContext<'call'>, grad: Graph): Cotangents {
  const { attrs, inputs, outputs, cotangents, ops } = context;
  const given = floatIndices(outputs).map((i) => cotangents[i] ?? ops.fullLike(outputs[i]!, 0));
  const operands = [...inputs, ...outputs, ...given];
  const results = ops.call(operands, `${attrs.name}Grad`, grad, attrs.options);
  const result: (Tensor | undefined)[] = inputs.map(() => undefined);
  floatIndices(inputs).forEach((input, i) => (result[input] = results[i]));
  return result;
}

export const call: Primitive<'call'> = {
  doc:
    'A named composite with the graph that defines it; a backend may run it whole. `grad`, if ' +
    'given, takes operands, outputs and the cotangents of the float outputs, and gives those of ' +
    'the float operands.',
  gradient: 'the composite `nameGrad`, whose body is the vjp of the body, or `grad`',
  shape(inputs, { name, body, grad }) {
    checkOperands(name, inputs, body);
    const outputs = body.outputs.map((id) => body.avals[id]!);
    if (grad !== undefined) {
      const cotangents = floatIndices(outputs).map((i) => outputs[i]!);
      checkOperands(`${name}Grad`, [...inputs, ...outputs, ...cotangents], grad);
      const wanted = floatIndices(inputs);
      const fits =
        grad.outputs.length === wanted.length &&
        wanted.every((input, i) => equalAvals(inputs[input]!, grad.avals[grad.outputs[i]!]!));
      if (!fits) {
        throw new ShapeError(
          `call ${name}: its grad must give a cotangent for each float operand, in order: ` +
            wanted.map((input) => showAval(inputs[input]!)).join(', '),
        );
      }
    }
    return outputs;
  },
  vjp(context) {
    const { attrs, inputs, cotangents, needs, ops, vjpOf } = context;
    if (attrs.grad !== undefined) return givenGradient(context, attrs.grad);
    const wanted = range(inputs.length).filter((i) => needs[i]);
    const given = range(cotangents.length).filter((i) => cotangents[i] !== undefined);
    const body = vjpOf(attrs.body, wanted, given);
    const options = { ...attrs.options, wrt: wanted, given };
    const operands = [...inputs, ...given.map((i) => cotangents[i]!)];
    const results = ops.call(operands, `${attrs.name}Grad`, body, options);
    const result: (Tensor | undefined)[] = inputs.map(() => undefined);
    wanted.forEach((input, i) => (result[input] = results[i]));
    return result;
  },
};
