/**
 * Tracing: running a function on placeholders and keeping the graph of what it bound. One class
 * serves jitted functions (which may read and assign variables and capture tensors), bodies of
 * control flow (which capture from the trace around them) and closed graphs (composites, vjp).
 */
import type { HostArray } from '../dtypes.ts';
import { StateError, UnsupportedError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Aval, Graph, OpAttrs, OpName, ValueId } from '../graph/types.ts';
import { intern, type InternedAval } from '../tensor/avals.ts';
import { placeOf, Tensor } from '../tensor/tensor.ts';
import { Storage } from '../tensor/storage.ts';
import { noteRead, withoutEntries, withoutRecording } from './record.ts';
import { atSource, currentSource } from './source.ts';

/** What a trace needs of a variable. */
export interface TraceVariable {
  readonly aval: InternedAval;
  readonly name: string;
  /** The value outside any trace. */
  readonly snapshot: Tensor;
}

/** A variable inside a trace. */
export interface VariableState {
  /** Graph input that brings its value in; undefined if it was assigned before it was read. */
  input: Tensor | undefined;
  current: Tensor;
  changed: boolean;
}

/** How free a trace is. */
export type TraceKind = 'jit' | 'body' | 'closed';

/** A graph under construction. */
export class Trace {
  readonly kind: TraceKind;
  readonly parent: Trace | undefined;
  readonly #builder = new GraphBuilder();
  /** Tensors from outside and the inputs that bring them in. */
  readonly captures: Map<Tensor, Tensor> = new Map();
  readonly variables: Map<TraceVariable, VariableState> = new Map();
  /** Variables that a body of control flow read, for the recorders of what is around it. */
  readonly bodyReads: [TraceVariable, Tensor][] = [];

  constructor(kind: TraceKind, parent: Trace | undefined) {
    this.kind = kind;
    this.parent = parent;
  }

  /** A new graph input. */
  input(aval: Aval): Tensor {
    return this.#wrap(this.#builder.input(aval));
  }

  /** A constant held by the graph. */
  constant(aval: Aval, data: HostArray): Tensor {
    return this.#wrap(this.#builder.constant(aval, data));
  }

  /** Records one op. */
  record<Op extends OpName>(op: Op, inputs: readonly Tensor[], attrs: OpAttrs[Op]): Tensor[] {
    const source = currentSource();
    const ids = inputs.map((input) => this.#lift(input));
    return this.#builder.add(op, ids, attrs, source).map((id) => this.#wrap(id));
  }

  /** The value of a variable here and now. */
  readVariable(variable: TraceVariable): Tensor {
    if (this.kind === 'closed') throw closedError(`variable "${variable.name}"`);
    if (this.kind === 'body') {
      const { parent } = this;
      const value = parent === undefined ? variable.snapshot : parent.readVariable(variable);
      this.bodyReads.push([variable, value]);
      return value;
    }
    const known = this.variables.get(variable);
    if (known !== undefined) return known.current;
    const input = this.input(variable.aval);
    this.variables.set(variable, { input, current: input, changed: false });
    return input;
  }

  /** From here on reads give `value`. */
  assignVariable(variable: TraceVariable, value: Tensor): void {
    if (this.kind !== 'jit') {
      throw new UnsupportedError(
        `variable "${variable.name}" is assigned inside the body of scan, cond or while: bodies ` +
          'are pure. Carry the value through the loop and assign it afterwards.',
      );
    }
    const known = this.variables.get(variable);
    if (known === undefined) {
      this.variables.set(variable, { input: undefined, current: value, changed: true });
    } else {
      known.current = value;
      known.changed = true;
    }
  }

  /** The finished graph; inputs (asked for after outputs were lifted) in the order given. */
  finish(outputs: readonly Tensor[], inputs: () => readonly Tensor[]): Graph {
    const ids = outputs.map((output) => this.#lift(output));
    const graph = this.#builder.finish(ids);
    return { ...graph, inputs: inputs().map((input) => this.#lift(input)) };
  }

  #wrap(id: ValueId): Tensor {
    const aval = intern(this.#builder.aval(id));
    return new Tensor(aval, { owner: this, id, source: currentSource() });
  }

  #lift(tensor: Tensor): ValueId {
    const place = placeOf(tensor);
    if (place !== undefined && !(place instanceof Storage)) {
      if (place.owner === this) return place.id;
      if (!this.#isAncestor(place.owner)) {
        throw new StateError(
          `a tensor of a finished trace${place.source === undefined ? '' : ` (${place.source})`} ` +
            'was used: return it from the traced function instead of storing it outside.',
        );
      }
    } else if (place === undefined) {
      throw new StateError(
        'a released tensor was used in a trace: take it out of its scope with keep(tensor).',
      );
    }
    if (this.kind === 'closed') throw closedError(tensor.toString());
    let inner = this.captures.get(tensor);
    if (inner === undefined) {
      inner = this.input(tensor.aval);
      this.captures.set(tensor, inner);
    }
    return (placeOf(inner) as { id: ValueId }).id;
  }

  #isAncestor(owner: object): boolean {
    for (let trace = this.parent; trace !== undefined; trace = trace.parent) {
      if (trace === owner) return true;
    }
    return false;
  }
}

function closedError(what: string): StateError {
  return new StateError(
    `the body of a composite used ${what}, which is not one of its inputs: pass it in as an input.`,
  );
}

let current: Trace | undefined;

/** The innermost trace; undefined when ops run eagerly. */
export function currentTrace(): Trace | undefined {
  return current;
}

/** Runs `fn` inside a trace. A promise as result is an error: traces are synchronous. */
export function inTrace<T>(trace: Trace | undefined, fn: () => T): T {
  const outer = current;
  current = trace;
  try {
    const result = fn();
    if (trace !== undefined && result instanceof Promise) {
      result.catch(() => undefined);
      throw new UnsupportedError(
        'a traced function returned a promise: jitted functions, tape.record and compiled steps ' +
          'are synchronous. Read values (await tensor.data()) outside of them.',
      );
    }
    return result;
  } finally {
    current = outer;
  }
}

/** A closed graph: `fn` may use its inputs and nothing else. */
export function traceGraph(
  avals: readonly Aval[],
  fn: (inputs: Tensor[]) => readonly Tensor[],
): Graph {
  const trace = new Trace('closed', undefined);
  const inputs = avals.map((aval) => trace.input(aval));
  const outputs = withoutRecording(() =>
    atSource(undefined, () => inTrace(trace, () => fn(inputs))),
  );
  return trace.finish(outputs, () => inputs);
}

/** A body of control flow: what it captures becomes its first inputs. */
export function traceBody(
  avals: readonly Aval[],
  fn: (inputs: Tensor[]) => readonly Tensor[],
): { graph: Graph; captures: Tensor[] } {
  const trace = new Trace('body', current);
  const inputs = avals.map((aval) => trace.input(aval));
  const outputs = withoutEntries(() => inTrace(trace, () => fn(inputs)));
  for (const [variable, value] of trace.bodyReads) noteRead(variable, value);
  const graph = trace.finish(outputs, () => [...trace.captures.values(), ...inputs]);
  return { graph, captures: [...trace.captures.keys()] };
}

/** Reads a variable wherever the program stands, telling recorders. */
export function readVariable(variable: TraceVariable): Tensor {
  const value = current === undefined ? variable.snapshot : current.readVariable(variable);
  noteRead(variable, value);
  return value;
}
