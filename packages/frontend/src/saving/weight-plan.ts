/**
 * Weights on their way from a file into variables. Everything is compared before anything is changed:
 * what does not fit is told in one error, and the variables keep their values.
 */
import {
  convert,
  type DType,
  FormatError,
  fromHostArray,
  type HostArray,
  isFloat,
  scope,
  type Tensor,
  type Variable,
} from '@addax/core';
import { warn } from '../platform.ts';

/** One array of a file; its elements are read when asked, into memory of their own. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly dtype: DType;
  data(): Promise<HostArray>;
}

/** A variable, and the array that it is to hold. */
interface Assignment {
  readonly path: string;
  readonly variable: Variable;
  readonly array: StoredArray;
}

/** What does not fit. */
interface Mismatch {
  /** Place in the file. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** How a plan is carried out. */
export interface ApplyOptions {
  /** What is loaded, for messages. */
  readonly what: string;
  /** Leave out what does not fit, with a warning, instead of failing. */
  readonly skipMismatch?: boolean | undefined;
  /** Whether the variables hold nothing worth keeping, so that reading may fail half-way. */
  readonly fresh?: boolean | undefined;
}

/** Which variable gets which array. */
export class WeightPlan {
  readonly #assignments: Assignment[] = [];
  readonly #mismatches: Mismatch[] = [];

  /** One array for one variable. */
  add(path: string, variable: Variable, array: StoredArray | undefined): void {
    const fits = array !== undefined && sameShape(array.shape, variable.shape);
    if (fits && (isFloat(variable.dtype) || !isFloat(array.dtype))) {
      this.#assignments.push({ path, variable, array });
      return;
    }
    this.#mismatches.push({
      path,
      expected: `${variable.path} ${describe(variable)}`,
      found: array === undefined ? 'nothing' : describe(array),
    });
  }

  /**
   * All arrays of a group for all variables of a layer, in order. Groups of another length fit
   * nothing.
   */
  addAll(
    path: string,
    variables: readonly Variable[],
    arrays: readonly { readonly path: string; readonly array: StoredArray }[],
  ): void {
    if (arrays.length === variables.length) {
      variables.forEach((variable, i) => this.add(arrays[i]!.path, variable, arrays[i]!.array));
      return;
    }
    const found = arrays.map(({ array }) => describe(array)).join(', ');
    this.#mismatches.push({
      path,
      expected: `${count(variables.length)} (${variables.map((v) => `${v.path} ${describe(v)}`).join(', ')})`,
      found: arrays.length === 0 ? 'nothing' : `${count(arrays.length)} (${found})`,
    });
  }

  /** Something that fits nothing. */
  reject(path: string, expected: string, found: string): void {
    this.#mismatches.push({ path, expected, found });
  }

  /**
   * Reads the arrays and sets the variables.
   *
   * @throws FormatError naming everything that does not fit; the variables are as before then.
   */
  async apply({ what, skipMismatch = false, fresh = false }: ApplyOptions): Promise<void> {
    if (this.#mismatches.length > 0) {
      const list = this.#mismatches
        .map(({ path, expected, found }) => `\n  ${path}: expected ${expected}, found ${found}`)
        .join('');
      if (!skipMismatch) {
        throw new FormatError(`${what} does not fit the model, which keeps its weights:${list}`);
      }
      warn(`${what} does not fit the model everywhere; these keep their weights:${list}`);
    }
    if (fresh) {
      for (const { variable, array } of this.#assignments)
        setVariable(variable, await read(variable, array));
      return;
    }
    // All is read before the first variable changes.
    const values: HostArray[] = [];
    for (const { variable, array } of this.#assignments) values.push(await read(variable, array));
    this.#assignments.forEach(({ variable }, i) => setVariable(variable, values[i]!));
  }
}

async function read(variable: Variable, array: StoredArray): Promise<HostArray> {
  return convert(await array.data(), array.dtype, variable.dtype);
}

function setVariable(variable: Variable, data: HostArray): void {
  scope((): Tensor[] => {
    variable.assign(fromHostArray(data, variable.shape, variable.dtype, true));
    return [];
  });
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

function describe({ shape, dtype }: { shape: readonly number[]; dtype: DType }): string {
  return `${dtype}[${shape.join(', ')}]`;
}

function count(n: number): string {
  return n === 1 ? '1 weight' : `${n} weights`;
}
