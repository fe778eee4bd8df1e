/**
 * Loops with less in them. What a step computes from its own slice of the sequences is computed for all
 * steps at once, before the loop: in the gradient of a recurrent layer that is the whole forward step.
 * What a step only adds to a sum of matrix products is multiplied at once, after the loop.
 */
import {
  type AnyNode,
  type Aval,
  type Graph,
  GraphBuilder,
  type OpAttrs,
  type OpName,
  type ValueId,
} from '@addax/core';
import { joinedFactors } from './factors.ts';
import { rebuilt } from './rebuild.ts';
import { canVectorize, type Outer, stackedId, vectorized } from './vectorize.ts';

type Scan = Extract<AnyNode, { readonly op: 'scan' }>;

/** Where a value of the body can be computed. */
type Place = 'once' | 'allSteps' | 'inLoop';

/** A carry that is a sum of products: its index, and the operands of the products. */
interface SumOfProducts {
  readonly carry: number;
  readonly operands: readonly [ValueId, ValueId];
  readonly contract: OpAttrs['dot']['contract'];
}

/** One loop that is being taken apart. */
class Loop {
  readonly #builder: GraphBuilder;
  readonly #node: Scan;
  readonly #inputs: readonly ValueId[];
  readonly #body: Graph;
  readonly #places: Place[] = [];
  readonly #producers = new Map<ValueId, AnyNode>();
  readonly #uses: Uint32Array;
  readonly #outer = new Map<ValueId, Outer>();

  constructor(builder: GraphBuilder, node: Scan, inputs: readonly ValueId[]) {
    this.#builder = builder;
    this.#node = node;
    this.#inputs = inputs;
    const { constants, carries } = node.attrs;
    const body = joinedFactors(node.attrs.body, constants, carries);
    this.#body = body;
    this.#uses = new Uint32Array(body.avals.length);
    body.inputs.forEach((id, i) => {
      const place = i < constants ? 'once' : i < constants + carries ? 'inLoop' : 'allSteps';
      this.#places[id] = place;
      if (place !== 'inLoop')
        this.#outer.set(id, { id: inputs[i]!, stacked: place === 'allSteps' });
    });
    for (const [id, data] of body.constants) {
      this.#places[id] = 'once';
      this.#outer.set(id, { id: builder.constant(body.avals[id]!, data), stacked: false });
    }
    for (const item of body.nodes) this.#place(item);
    for (const id of body.outputs) this.#uses[id]!++;
  }

  #place(node: AnyNode): void {
    for (const id of node.inputs) this.#uses[id]!++;
    const places = node.inputs.map((id) => this.#places[id]!);
    const stacked = places.map((place) => place === 'allSteps');
    let place: Place = 'once';
    if (places.includes('inLoop')) place = 'inLoop';
    else if (stacked.includes(true)) place = canVectorize(node, stacked) ? 'allSteps' : 'inLoop';
    for (const id of node.outputs) {
      this.#places[id] = place;
      this.#producers.set(id, node);
    }
  }

  /** A value that needs no loop, written outside. */
  #outside(id: ValueId): Outer {
    const known = this.#outer.get(id);
    if (known !== undefined) return known;
    const own = this.#producers.get(id)!;
    const node = { ...own, source: joined(this.#node.source, own.source) };
    const operands = node.inputs.map((input) => this.#outside(input));
    const results = node.outputs.map((output) => this.#body.avals[output]!);
    const stacked = this.#places[id] === 'allSteps';
    const ids = stacked
      ? [vectorized(this.#builder, node, operands, this.#node.attrs.length, results)]
      : this.#builder.addInferred<OpName>(
          node.op,
          operands.map((operand) => operand.id),
          node.attrs,
          results,
          node.source,
        );
    node.outputs.forEach((output, i) => this.#outer.set(output, { id: ids[i]!, stacked }));
    return this.#outer.get(id)!;
  }

  #sums(): SumOfProducts[] {
    const { constants, carries, saveCarries } = this.#node.attrs;
    if (saveCarries) return [];
    const { inputs, outputs } = this.#body;
    return Array.from({ length: carries }, (_, carry) => carry).flatMap((carry) => {
      const own = inputs[constants + carry]!;
      const sum = this.#producers.get(outputs[carry]!);
      if (sum?.op !== 'binary' || sum.attrs.fn !== 'add' || !sum.inputs.includes(own)) return [];
      const other = sum.inputs[0] === own ? sum.inputs[1]! : sum.inputs[0]!;
      const dot = this.#producers.get(other);
      const isAlone = [own, other, sum.outputs[0]!].every((id) => this.#uses[id] === 1);
      if (dot?.op !== 'dot' || dot.attrs.batch.length > 0 || !isAlone) return [];
      const operands = dot.inputs as unknown as readonly [ValueId, ValueId];
      return [{ carry, operands, contract: dot.attrs.contract }];
    });
  }

  /** The results of the loop, or undefined if it is best left as it is. */
  results(): ValueId[] | undefined {
    const { attrs } = this.#node;
    const { constants, carries, length } = attrs;
    if (length === 0) return undefined;
    const { inputs, outputs } = this.#body;
    const sums = this.#sums();
    const summed = new Set(sums.map(({ carry }) => carry));
    const kept = Array.from({ length: carries }, (_, i) => i).filter((i) => !summed.has(i));
    const isInLoop = (id: ValueId): boolean => this.#places[id] === 'inLoop';
    const stackedResults = outputs.slice(carries);
    const factors = sums.flatMap(({ operands }) => operands);
    const written = [...new Set([...stackedResults, ...factors].filter(isInLoop))];
    const roots = [...kept.map((i) => outputs[i]!), ...written];
    const live = this.#liveNodes(roots);
    const isWhole = live.length === this.#body.nodes.length || !this.#gains(live);
    if (sums.length === 0 && isWhole) return undefined;

    const keptInputs = kept.map((i) => inputs[constants + i]!);
    const loop = this.#inner(live, keptInputs, roots);
    const operands = [
      ...loop.constants.map((id) => this.#outside(id).id),
      ...kept.map((i) => this.#inputs[constants + i]!),
      ...loop.sequences.map((id) => this.#outside(id).id),
    ];
    const results = this.#builder.add(
      'scan',
      operands,
      { ...attrs, body: loop.body, constants: loop.constants.length, carries: kept.length },
      this.#node.source,
    );
    const all = (id: ValueId): ValueId =>
      isInLoop(id)
        ? results[kept.length + written.indexOf(id)]!
        : stackedId(this.#builder, this.#outside(id), length);
    const finals = Array.from({ length: carries }, (_, i) => {
      if (!summed.has(i)) return results[kept.indexOf(i)]!;
      const { operands: factorsOf, contract } = sums.find(({ carry }) => carry === i)!;
      const pairs = contract.map(([a, b]) => [a + 1, b + 1] as const);
      const stacks = factorsOf.map(all);
      const dot = { batch: [], contract: [[0, 0] as const, ...pairs] };
      const [product] = this.#builder.add('dot', stacks, dot, this.#node.source);
      const start = this.#inputs[constants + i]!;
      return this.#builder.add('binary', [start, product!], { fn: 'add' }, this.#node.source)[0]!;
    });
    const saved = attrs.saveCarries ? results.slice(kept.length + written.length) : [];
    return [...finals, ...stackedResults.map(all), ...saved];
  }

  /** Whether anything but constants would leave the loop. */
  #gains(live: readonly AnyNode[]): boolean {
    const staying = new Set(live);
    return this.#body.nodes.some((node) => node.inputs.length > 0 && !staying.has(node));
  }

  /** Nodes that must stay, in order. */
  #liveNodes(roots: readonly ValueId[]): AnyNode[] {
    const wanted = new Set(roots);
    const live = this.#body.nodes.toReversed().filter((node) => {
      const stays = node.outputs.some((id) => wanted.has(id) && this.#places[id] === 'inLoop');
      if (stays) for (const id of node.inputs) wanted.add(id);
      return stays;
    });
    return live.reverse();
  }

  /** The smaller body, and what comes into it from outside. */
  #inner(
    live: readonly AnyNode[],
    carries: readonly ValueId[],
    roots: readonly ValueId[],
  ): { body: Graph; constants: ValueId[]; sequences: ValueId[] } {
    const read = new Set([...live.flatMap(({ inputs }) => inputs), ...roots]);
    const made = new Set([...live.flatMap(({ outputs }) => outputs), ...carries]);
    const entering = [...read].filter((id) => !made.has(id));
    // Constants without operands are written again inside instead of being handed in.
    const isFree = (id: ValueId): boolean => this.#producers.get(id)?.inputs.length === 0;
    const constants = entering.filter((id) => this.#places[id] === 'once' && !isFree(id));
    const sequences = entering.filter((id) => this.#places[id] === 'allSteps');
    const builder = new GraphBuilder();
    const map = new Map<ValueId, ValueId>();
    const avalOf = (id: ValueId): Aval => this.#body.avals[id]!;
    for (const id of [...constants, ...carries, ...sequences]) {
      map.set(id, builder.input(avalOf(id)));
    }
    const add = (node: AnyNode): void => {
      const results = node.outputs.map(avalOf);
      const inputs = node.inputs.map((id) => map.get(id)!);
      const ids = builder.addInferred<OpName>(node.op, inputs, node.attrs, results, node.source);
      node.outputs.forEach((id, i) => map.set(id, ids[i]!));
    };
    for (const id of entering) if (isFree(id)) add(this.#producers.get(id)!);
    for (const node of live) add(node);
    return { body: builder.finish(roots.map((id) => map.get(id)!)), constants, sequences };
  }
}

function joined(prefix: string | undefined, source: string | undefined): string | undefined {
  if (prefix === undefined || source === undefined) return prefix ?? source;
  return `${prefix}/${source}`;
}

/** The graph with smaller loops; equal in value but for the order of sums. */
export function smallerLoops(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op === 'scan')) return graph;
  return rebuilt(graph, (node, builder, mapped) =>
    node.op === 'scan' ? new Loop(builder, node, mapped(node.inputs)).results() : undefined,
  );
}
