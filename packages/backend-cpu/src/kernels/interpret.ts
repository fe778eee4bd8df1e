/**
 * Kernel programs as nests of closures: for pages whose content security policy forbids compiling
 * text. Slower by an order of magnitude, equal bit for bit.
 */
import type { Expression, Form, Kernel, Statement } from '@addax/codegen';
import type { Storage } from '../storage.ts';
import type { KernelFunction } from './compile.ts';
import {
  binaryFunction,
  bitcastFunction,
  castFunction,
  compareFunctions,
  decoder,
  encoder,
  unaryFunction,
} from './scalar.ts';

/** Makes kernels runnable without compiling text. */
export type Interpreter = (kernel: Kernel) => KernelFunction;

/** State of one run. */
interface Frame {
  readonly buffers: Storage[];
  readonly locals: number[];
  readonly loops: number[];
}

type Read = (frame: Frame) => number;
type Act = (frame: Frame) => void;

/** A function that runs the kernel. */
export function interpretKernel(kernel: Kernel): KernelFunction {
  const flat = kernel.flat ? kernel.buffers.findIndex(({ use }) => use === 'write') : -1;
  const act = sequence(kernel.body, flat);
  return (...buffers) => act({ buffers, locals: [], loops: [] });
}

function sequence(statements: readonly Statement[], flat: number): Act {
  const acts = statements.map((statement) => action(statement, flat));
  return (frame) => {
    for (const act of acts) act(frame);
  };
}

function action(statement: Statement, flat: number): Act {
  switch (statement.kind) {
    case 'loop': {
      const { loop, size } = statement;
      const body = sequence(statement.body, -1);
      return (frame) => {
        const end = flat < 0 ? size : frame.buffers[flat].length;
        for (let i = 0; i < end; i++) {
          frame.loops[loop] = i;
          body(frame);
        }
      };
    }
    case 'let':
    case 'declare':
    case 'assign': {
      const { local } = statement;
      const value = reader(statement.value);
      return (frame) => {
        frame.locals[local] = value(frame);
      };
    }
    case 'store': {
      const { buffer } = statement;
      const index = position(statement.index);
      const value = reader(statement.value);
      const encode = encoder(statement.dtype);
      return (frame) => {
        frame.buffers[buffer][index(frame)] = encode(value(frame));
      };
    }
    case 'if': {
      const condition = reader(statement.condition);
      const then = sequence(statement.then, -1);
      const otherwise = sequence(statement.otherwise, -1);
      return (frame) => (condition(frame) === 0 ? otherwise(frame) : then(frame));
    }
  }
}

function position(form: Form): Read {
  const { offset, terms } = form;
  const loops = form.loops.map((stride, loop) => ({ stride, loop })).filter((x) => x.stride !== 0);
  return ({ loops: counters, locals }) => {
    let sum = offset;
    for (const { stride, loop } of loops) sum += stride * counters[loop];
    for (const { stride, local } of terms) sum += stride * locals[local];
    return sum;
  };
}

function reader(expression: Expression): Read {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'local': {
      const { local } = expression;
      return (frame) => frame.locals[local];
    }
    case 'load': {
      const { buffer } = expression;
      const index = position(expression.index);
      const decode = decoder(expression.dtype);
      return (frame) => decode(frame.buffers[buffer][index(frame)]);
    }
    case 'position':
      return position(expression.index);
    case 'unary': {
      const f = unaryFunction(expression.fn, expression.dtype);
      const x = reader(expression.x);
      return (frame) => f(x(frame));
    }
    case 'binary': {
      const f = binaryFunction(expression.fn, expression.dtype);
      return pair(f, expression.a, expression.b);
    }
    case 'compare':
      return pair(compareFunctions[expression.fn], expression.a, expression.b);
    case 'select': {
      const condition = reader(expression.condition);
      const [a, b] = [reader(expression.a), reader(expression.b)];
      return (frame) => (condition(frame) === 0 ? b(frame) : a(frame));
    }
    case 'cast': {
      const f = castFunction(expression.from, expression.to);
      const x = reader(expression.x);
      return (frame) => f(x(frame));
    }
    case 'bitcast': {
      const f = bitcastFunction(expression.from, expression.to);
      const x = reader(expression.x);
      return (frame) => f(x(frame));
    }
  }
}

function pair(f: (a: number, b: number) => number, x: Expression, y: Expression): Read {
  const [a, b] = [reader(x), reader(y)];
  return (frame) => f(a(frame), b(frame));
}
