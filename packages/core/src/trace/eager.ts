/**
 * Eager ops: a graph of one node through the same `backend.compile`, cached by numbers (op, interned
 * attributes, interned avals), so that an op costs little more than its kernel.
 */
import type { Backend, Executable } from '../backend/contract.ts';
import { defaultBackend } from '../backend/select.ts';
import { hostArray } from '../dtypes.ts';
import { BackendUnavailableError } from '../errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, OpAttrs, OpName } from '../graph/types.ts';
import { compileGraph } from '../jit/compile.ts';
import { intern, internAval, type InternedAval } from '../tensor/avals.ts';
import { encode } from '../tensor/host.ts';
import { Storage } from '../tensor/storage.ts';
import { storageOf, Tensor } from '../tensor/tensor.ts';
import { currentSource } from './source.ts';

interface EagerOp {
  readonly executable: Executable;
  readonly outputs: readonly InternedAval[];
}

/** Entries one backend keeps; past it the oldest half is forgotten. */
const LIMIT = 8192;

interface EagerCache {
  readonly small: Map<number, EagerOp>;
  readonly large: Map<string, EagerOp>;
}

const caches = new WeakMap<Backend, EagerCache>();
let lastBackend: Backend | undefined;
let lastCache: EagerCache | undefined;

function cacheOf(backend: Backend): EagerCache {
  if (backend === lastBackend) return lastCache!;
  let cache = caches.get(backend);
  if (cache === undefined) caches.set(backend, (cache = { small: new Map(), large: new Map() }));
  lastBackend = backend;
  lastCache = cache;
  return cache;
}

/** Runs one op now. */
export function runEager<Op extends OpName>(
  op: Op,
  inputs: readonly Tensor[],
  attrs: OpAttrs[Op],
): Tensor[] {
  if (op === 'full') return [uploadFull(attrs as OpAttrs['full'])];
  const backend = inputs.length === 0 ? defaultBackend() : backendOf(op, inputs);
  const entry = lookUp(cacheOf(backend), backend, op, inputs, attrs);
  const buffers = inputs.map((input) => storageOf(input).buffer);
  const results = entry.executable.run(buffers);
  return results.map((buffer, i) => new Tensor(entry.outputs[i]!, new Storage(backend, buffer)));
}

/** Constants come and go with every number in a program: an upload, never a compilation. */
function uploadFull({ value, shape, dtype }: OpAttrs['full']): Tensor {
  const aval = internAval(shape, dtype);
  const data = hostArray(dtype, aval.size);
  (data as Float32Array).fill(encode([value], dtype)[0] as number);
  const backend = defaultBackend();
  return new Tensor(aval, new Storage(backend, backend.upload(data, aval)));
}

function lookUp<Op extends OpName>(
  cache: EagerCache,
  backend: Backend,
  op: Op,
  inputs: readonly Tensor[],
  attrs: OpAttrs[Op],
): EagerOp {
  const number = attrsNumber(op, attrs);
  if (inputs.length <= 2) {
    const a = inputs.length > 0 ? inputs[0]!.aval.id : 0;
    const b = inputs.length > 1 ? inputs[1]!.aval.id : 0;
    // 17 bits of attributes and 18 of each aval fit a double exactly.
    if (number < 2 ** 17 && a < 2 ** 18 && b < 2 ** 18) {
      const key = (number * 2 ** 18 + a) * 2 ** 18 + b;
      let found = cache.small.get(key);
      if (found === undefined) {
        trim(cache.small);
        cache.small.set(key, (found = compileOne(backend, op, inputs, attrs)));
      }
      return found;
    }
  }
  let key = String(number);
  for (const input of inputs) key += `,${input.aval.id}`;
  let found = cache.large.get(key);
  if (found === undefined) {
    trim(cache.large);
    cache.large.set(key, (found = compileOne(backend, op, inputs, attrs)));
  }
  return found;
}

function trim<K>(map: Map<K, EagerOp>): void {
  if (map.size < LIMIT) return;
  let rest = LIMIT / 2;
  for (const [key, { executable }] of map) {
    if (rest-- === 0) break;
    executable.dispose();
    map.delete(key);
  }
}

const attrNumbers = new Map<string, number>();
const byFunction = new Map<string, Map<string, number>>();
const graphNumbers = new WeakMap<Graph, number>();
let graphCount = 0;

/** A number per op and attributes; graphs count by identity. */
function attrsNumber(op: OpName, attrs: object): number {
  const fn = (attrs as { fn?: string }).fn;
  if (fn !== undefined && (op === 'unary' || op === 'binary' || op === 'compare')) {
    let table = byFunction.get(op);
    if (table === undefined) byFunction.set(op, (table = new Map()));
    let number = table.get(fn);
    if (number === undefined) table.set(fn, (number = numberOf(`${op}:${fn}`)));
    return number;
  }
  return numberOf(`${op}${JSON.stringify(attrs, replaceGraphs)}`);
}

function numberOf(text: string): number {
  let number = attrNumbers.get(text);
  if (number === undefined) attrNumbers.set(text, (number = attrNumbers.size + 1));
  return number;
}

/** JSON with graphs as numbers, and the numbers that JSON has no words for. */
function replaceGraphs(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return `#${Object.is(value, -0) ? '-0' : value}`;
  }
  if (typeof value !== 'object' || value === null || !('nodes' in value)) return value;
  const graph = value as Graph;
  let number = graphNumbers.get(graph);
  if (number === undefined) graphNumbers.set(graph, (number = ++graphCount));
  return `graph ${number}`;
}

function compileOne<Op extends OpName>(
  backend: Backend,
  op: Op,
  inputs: readonly Tensor[],
  attrs: OpAttrs[Op],
): EagerOp {
  const builder = new GraphBuilder();
  const ids = inputs.map((input) => builder.input(input.aval));
  const results = builder.add(op, ids, attrs, currentSource());
  const graph = builder.finish(results);
  const executable = compileGraph(backend, graph, { label: op, donate: [] });
  return { executable, outputs: results.map((id) => intern(builder.aval(id))) };
}

/** The one backend of all operands. */
export function backendOf(what: string, inputs: readonly Tensor[]): Backend {
  const backend = storageOf(inputs[0]!).backend;
  for (let i = 1; i < inputs.length; i++) {
    const other = storageOf(inputs[i]!).backend;
    if (other !== backend) {
      throw new BackendUnavailableError(
        `${what} got tensors of two backends, "${backend.name}" and "${other.name}": move one of ` +
          'them with await tensor.to(backend), or the whole model with await model.to(backend).',
      );
    }
  }
  return backend;
}
