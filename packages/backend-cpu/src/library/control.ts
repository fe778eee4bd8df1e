/**
 * Loops and branches. Bodies are compiled once. Nothing is copied between the steps of a scan: slices
 * of xs and ys are views, and carries go back and forth between two sets of buffers, or through the
 * saved carries themselves.
 */
import type { Aval } from '@addax/core';
import type { Storage } from '../storage.ts';
import { sizeOf } from './call.ts';
import type { Call, CallContext, Kept, NodeOf } from './call.ts';

/** Row i of a stacked value. */
function rowOf(stack: Storage, i: number, length: number): Storage {
  return stack.subarray(i * length, (i + 1) * length);
}

/** Prepares `scan`. */
export function scan(node: NodeOf<'scan'>, context: CallContext): Call {
  const { body, length, constants, carries, reverse, saveCarries } = node.attrs;
  const program = context.compileBody(body);
  const sizes = body.inputs.map((value) => sizeOf(body.avals[value]));
  const ySizes = body.outputs.slice(carries).map((value) => sizeOf(body.avals[value]));
  const carryAvals = body.inputs.slice(constants, constants + carries).map((v) => body.avals[v]);
  const buffers = saveCarries ? [] : twoSets(context, carryAvals);
  const saves = carries + ySizes.length;
  return (inputs, outputs) => {
    if (length === 0) {
      for (let i = 0; i < carries; i++) outputs[i].set(inputs[constants + i]);
      return;
    }
    const operands = inputs.slice();
    const results = outputs.slice(0, saves);
    for (let step = 0; step < length; step++) {
      const at = reverse ? length - 1 - step : step;
      const next = reverse ? at - 1 : at + 1;
      for (let i = 0; i < carries; i++) {
        const input = constants + i;
        if (step === 0 && saveCarries) {
          const first = rowOf(outputs[saves + i], at, sizes[input]);
          first.set(inputs[input]);
          operands[input] = first;
        } else if (step > 0) {
          operands[input] = results[i];
        }
      }
      for (let i = 0; i < carries; i++) {
        if (step === length - 1) results[i] = outputs[i];
        else if (saveCarries) results[i] = rowOf(outputs[saves + i], next, sizes[constants + i]);
        else results[i] = buffers[step & 1][i].storage;
      }
      for (let i = constants + carries; i < inputs.length; i++) {
        operands[i] = rowOf(inputs[i], at, sizes[i]);
      }
      for (let i = 0; i < ySizes.length; i++) {
        results[carries + i] = rowOf(outputs[carries + i], at, ySizes[i]);
      }
      program.run(operands, results);
    }
  };
}

function twoSets(context: CallContext, avals: readonly Aval[]): Kept[][] {
  return [0, 1].map(() => avals.map((aval) => context.keep(aval.dtype, sizeOf(aval))));
}

/** Prepares `cond`. */
export function cond(node: NodeOf<'cond'>, context: CallContext): Call {
  const then = context.compileBody(node.attrs.then);
  const otherwise = context.compileBody(node.attrs.else);
  return ([predicate, ...operands], outputs) => {
    (predicate[0] === 0 ? otherwise : then).run(operands, outputs);
  };
}

/** Prepares `while`. */
export function whileLoop(node: NodeOf<'while'>, context: CallContext): Call {
  const { cond: condition, body, constants } = node.attrs;
  const test = context.compileBody(condition);
  const program = context.compileBody(body);
  const avals = body.inputs.slice(constants).map((value) => body.avals[value]);
  const buffers = twoSets(context, avals);
  const verdict = context.keep('bool', 1);
  return (inputs, outputs) => {
    const operands = inputs.slice();
    for (let step = 0; ; step++) {
      test.run(operands, [verdict.storage]);
      if (verdict.storage[0] === 0) break;
      const results = buffers[step & 1].map(({ storage }) => storage);
      program.run(operands, results);
      results.forEach((result, i) => (operands[constants + i] = result));
    }
    outputs.forEach((output, i) => output.set(operands[constants + i]));
  };
}
