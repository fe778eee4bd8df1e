/**
 * Arithmetic on {@link Form}: positions that are affine in the loops plus computed parts. Keeping
 * them affine is what lets loops merge and addresses be hoisted without a simplifier.
 */
import type { Form, Term } from '../kernel.ts';

const NO_TERMS: readonly Term[] = [];

/** A fixed position. */
export function fixed(offset: number, loops: number): Form {
  return { offset, loops: new Array<number>(loops).fill(0), terms: NO_TERMS };
}

/** The counter of a loop. */
export function counter(loop: number, loops: number): Form {
  const coefficients = new Array<number>(loops).fill(0);
  coefficients[loop] = 1;
  return { offset: 0, loops: coefficients, terms: NO_TERMS };
}

/** form · factor + shift. */
export function affine(form: Form, factor: number, shift: number): Form {
  if (factor === 1 && shift === 0) return form;
  return {
    offset: form.offset * factor + shift,
    loops: factor === 1 ? form.loops : form.loops.map((x) => x * factor),
    terms:
      factor === 1 || form.terms.length === 0
        ? form.terms
        : form.terms.map((term) => ({ local: term.local, stride: term.stride * factor })),
  };
}

/** a + b. */
export function plus(a: Form, b: Form): Form {
  return {
    offset: a.offset + b.offset,
    loops: a.loops.map((x, i) => x + b.loops[i]),
    terms: a.terms.length === 0 ? b.terms : [...a.terms, ...b.terms],
  };
}

/** form + stride · local. */
export function plusTerm(form: Form, local: number, stride: number): Form {
  return { ...form, terms: [...form.terms, { local, stride }] };
}

/** Elements of a shape. */
export function elements(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** The row-major position of an index vector. */
export function flatten(index: readonly Form[], shape: readonly number[], loops: number): Form {
  const coefficients = new Array<number>(loops).fill(0);
  let offset = 0;
  let stride = 1;
  let terms = NO_TERMS;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const form = index[axis];
    offset += form.offset * stride;
    for (let i = 0; i < loops; i++) coefficients[i] += form.loops[i] * stride;
    if (form.terms.length > 0) {
      terms = [...terms, ...form.terms.map((t) => ({ local: t.local, stride: t.stride * stride }))];
    }
    stride *= shape[axis];
  }
  return { offset, loops: coefficients, terms };
}

/** A text that is equal for equal forms. */
export function formKey(form: Form): string {
  let text = `${form.offset}|${form.loops.join()}`;
  for (const term of form.terms) text += `|${term.local}*${term.stride}`;
  return text;
}
