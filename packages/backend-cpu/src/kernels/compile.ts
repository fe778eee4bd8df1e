/**
 * Kernel programs → functions. Each kernel is a function of its own, so that the engine optimises it
 * by itself; equal texts, also of different executables, share one function.
 */
import { javascript, printKernel } from '@addax/codegen';
import type { Kernel } from '@addax/codegen';
import { helpers } from '../numerics/helpers.ts';
import type { Storage } from '../storage.ts';
import type { Interpreter } from './interpret.ts';

/** A runnable kernel; arguments beside the kernel's buffers. */
export type KernelFunction = (...buffers: Storage[]) => void;

const NAMES = Object.keys(helpers);
const VALUES = Object.values(helpers) as unknown[];
/** Texts kept compiled; the oldest go first. */
const CACHE_SIZE = 4096;
const cache = new Map<string, KernelFunction>();

/** Whether text may be compiled here; content security policies can forbid it. */
export function canCompileText(constructor: FunctionConstructor = Function): boolean {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- whether it is allowed is the question
    return new constructor('return true')() === true;
  } catch {
    return false;
  }
}

/** The text of a kernel. */
export function kernelText(kernel: Kernel): string {
  return printKernel(kernel, javascript, 'kernel');
}

/** The function of a kernel. */
export function compileKernel(kernel: Kernel, interpreter?: Interpreter): KernelFunction {
  if (interpreter !== undefined) return interpreter(kernel);
  const text = kernelText(kernel);
  const known = cache.get(text);
  if (known !== undefined) return known;
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is our own printer's
  const make = new Function(...NAMES, `'use strict';\n${text}\nreturn kernel;`);
  const compiled = make(...VALUES) as KernelFunction;
  cache.set(text, compiled);
  if (cache.size > CACHE_SIZE) {
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  }
  return compiled;
}
