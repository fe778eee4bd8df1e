/**
 * Products in the body of a loop. What depends on the step before is multiplied by one factor instead
 * of by one after another, so that the product of the factors is known before the loop begins. That is
 * the gradient of a gate, which is multiplied by the gate's derivatives.
 */
import type { AnyNode, Graph, GraphBuilder, ValueId } from '@addax/core';
import { rebuilt } from './rebuild.ts';

/** A value as one that depends on the step before times some that do not. */
interface Chain {
  readonly core: ValueId;
  readonly factors: readonly ValueId[];
  /** How many factors are not known to be at most 1 in size. */
  readonly unbounded: number;
}

type Interval = readonly [low: number, high: number];

const ANYTHING: Interval = [-Infinity, Infinity];

function spanned(values: readonly number[]): Interval {
  return values.some(Number.isNaN) ? ANYTHING : [Math.min(...values), Math.max(...values)];
}

/** Between which numbers the elements of each value lie, as far as that is plain to see. */
function intervals(graph: Graph): Interval[] {
  const found = graph.avals.map((): Interval => ANYTHING);
  for (const node of graph.nodes) {
    const [a = ANYTHING, b = ANYTHING] = node.inputs.map((id) => found[id]!);
    found[node.outputs[0]!] = intervalOf(node, a, b);
  }
  return found;
}

function intervalOf(node: AnyNode, a: Interval, b: Interval): Interval {
  switch (node.op) {
    case 'full':
      return [Number(node.attrs.value), Number(node.attrs.value)];
    case 'unary':
      return node.attrs.fn === 'tanh' ? [-1, 1] : ANYTHING;
    case 'broadcast':
    case 'reshape':
    case 'transpose':
    case 'slice':
      return a;
    case 'binary': {
      const { fn } = node.attrs;
      if (fn === 'add') return [a[0] + b[0], a[1] + b[1]];
      if (fn === 'sub') return [a[0] - b[1], a[1] - b[0]];
      if (fn !== 'mul') return ANYTHING;
      const [low, high] = spanned(a.flatMap((x) => b.map((y) => x * y)));
      return node.inputs[0] === node.inputs[1] ? [Math.max(0, low), high] : [low, high];
    }
    default:
      return ANYTHING;
  }
}

/**
 * The products of a body, as chains, and which of them only go into longer ones; `varying` says what
 * depends on the step before.
 */
function chainsOf(
  body: Graph,
  varying: Uint8Array,
): { readonly chains: ReadonlyMap<ValueId, Chain>; readonly absorbed: ReadonlySet<ValueId> } {
  const bounds = intervals(body);
  const uses = new Uint32Array(body.avals.length);
  for (const { inputs } of body.nodes) for (const id of inputs) uses[id]!++;
  for (const id of body.outputs) uses[id]!++;
  const chains = new Map<ValueId, Chain>();
  const absorbed = new Set<ValueId>();
  for (const node of body.nodes) {
    if (node.op !== 'binary' || node.attrs.fn !== 'mul') continue;
    const [a, b] = node.inputs as [ValueId, ValueId];
    if (varying[a] === varying[b] || !isFloat(body, a)) continue;
    const [core, factor] = varying[a] === 1 ? [a, b] : [b, a];
    const [low, high] = bounds[factor]!;
    const isBounded = low >= -1 && high <= 1;
    const before = uses[core] === 1 ? chains.get(core) : undefined;
    const unbounded = (before?.unbounded ?? 0) + (isBounded ? 0 : 1);
    // A product with numbers of at most 1 cannot overflow where its factors do not.
    const extended = before !== undefined && unbounded <= 1;
    if (extended) absorbed.add(core);
    chains.set(
      node.outputs[0]!,
      extended
        ? { core: before.core, factors: [...before.factors, factor], unbounded }
        : { core, factors: [factor], unbounded: isBounded ? 0 : 1 },
    );
  }
  return { chains, absorbed };
}

function isFloat({ avals }: Graph, id: ValueId): boolean {
  return avals[id]!.dtype === 'float32' || avals[id]!.dtype === 'float64';
}

/** Which values of a body depend on its carries. */
function varyingIn(body: Graph, constants: number, carries: number): Uint8Array {
  const varying = new Uint8Array(body.avals.length);
  for (const id of body.inputs.slice(constants, constants + carries)) varying[id] = 1;
  for (const node of body.nodes) {
    if (!node.inputs.some((id) => varying[id] === 1)) continue;
    for (const id of node.outputs) varying[id] = 1;
  }
  return varying;
}

/** The body of a loop with such products; equal but for rounding. */
export function joinedFactors(body: Graph, constants: number, carries: number): Graph {
  const { chains, absorbed } = chainsOf(body, varyingIn(body, constants, carries));
  if (absorbed.size === 0) return body;
  const known = knownOf(body);
  return rebuilt(body, (node, builder, mapped) => {
    const [output] = node.outputs;
    const chain = chains.get(output!);
    // Only the next product of the chain read it.
    if (absorbed.has(output!)) return mapped([chain!.core]);
    if (chain === undefined || chain.factors.length === 1) return undefined;
    const factor = productOf(body, known, chain.factors, node, builder, mapped);
    return builder.add('binary', [...mapped([chain.core]), factor], { fn: 'mul' }, node.source);
  });
}

/** What is to be known of factors. */
interface Known {
  /** Those that are one number everywhere. */
  readonly numbers: ReadonlyMap<ValueId, number>;
  /** The sigmoid s of x by 1 − tanh² ½x, which is 4 s (1 − s). */
  readonly sigmoids: ReadonlyMap<ValueId, ValueId>;
}

function knownOf(body: Graph): Known {
  const numbers = new Map<ValueId, number>();
  const producers = new Map<ValueId, AnyNode>();
  const sigmoids = new Map<ValueId, ValueId>();
  /** Sigmoids by the tanh that they are made of. */
  const made = new Map<ValueId, ValueId>();
  /** The other operand of a function of a number, which `sub` has first. */
  const other = (id: ValueId | undefined, fn: string, value: number): ValueId | undefined => {
    const node = producers.get(id!);
    if (node?.op !== 'binary' || node.attrs.fn !== fn) return undefined;
    const [a, b] = node.inputs as [ValueId, ValueId];
    if (numbers.get(b) === value && fn !== 'sub') return a;
    return numbers.get(a) === value ? b : undefined;
  };
  const isTanhOfHalf = (id: ValueId): boolean => {
    const node = producers.get(id);
    const isTanh = node?.op === 'unary' && node.attrs.fn === 'tanh';
    return isTanh && other(node.inputs[0], 'mul', 0.5) !== undefined;
  };
  for (const node of body.nodes) {
    const [id] = node.outputs as readonly [ValueId];
    producers.set(id, node);
    if (node.op === 'full') numbers.set(id, Number(node.attrs.value));
    const curve = other(other(id, 'mul', 0.5), 'add', 1);
    if (curve !== undefined && isTanhOfHalf(curve)) made.set(curve, id);
    const square = producers.get(other(id, 'sub', 1)!);
    const isSquare = square?.op === 'binary' && square.attrs.fn === 'mul';
    const sigmoid = made.get(square?.inputs[0] ?? -1);
    if (isSquare && square.inputs[0] === square.inputs[1] && sigmoid !== undefined) {
      sigmoids.set(id, sigmoid);
    }
  }
  return { numbers, sigmoids };
}

/** The factors multiplied, with one number for all that are one. */
function productOf(
  body: Graph,
  { numbers, sigmoids }: Known,
  factors: readonly ValueId[],
  { source }: AnyNode,
  builder: GraphBuilder,
  mapped: (ids: readonly ValueId[]) => ValueId[],
): ValueId {
  const { shape, dtype } = body.avals[factors[0]!]!;
  let number = 1;
  const rest: ValueId[] = [];
  for (const id of factors) {
    const sigmoid = sigmoids.get(id);
    if (numbers.has(id)) number *= numbers.get(id)!;
    else if (sigmoid === undefined) rest.push(...mapped([id]));
    else {
      const [s] = mapped([sigmoid]);
      const [one] = builder.add('full', [], { shape, dtype, value: 1 }, source);
      // First, since the step before has multiplied the others by it, too.
      rest.unshift(s!);
      rest.push(...builder.add('binary', [one!, s!], { fn: 'sub' }, source));
      number *= 4;
    }
  }
  if (number !== 1 || rest.length === 0) {
    rest.push(builder.add('full', [], { shape, dtype, value: number }, source)[0]!);
  }
  return rest.reduce((a, b) => builder.add('binary', [a, b], { fn: 'mul' }, source)[0]!);
}
