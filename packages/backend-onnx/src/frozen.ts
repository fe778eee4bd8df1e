/**
 * Weights that stay the same become constants of the graph: the runtime then packs them once and folds
 * what depends on nothing else. Nobody has to say so: a run notices which inputs were the same buffers
 * several times in a row, and goes back to the open graph when one changes. Graphs that update state
 * are left alone.
 */
import type { Aval, DType, Graph, HostArray, ValueId } from '@addax/core';
import { GraphBuilder, type OpName, optimize } from '@addax/core';
import { innerOf, type OnnxBuffer } from './buffer.ts';
import { memoryOf, type Storage } from './host.ts';
import type { Session } from './session.ts';

/** Runs with the same buffers after which they count as constants. */
const FIRST_PATIENCE = 4;

/** Bytes of weights that are worth a second session, at most. */
const MOST_BYTES = 2 ** 29;

/** Watches the inputs of one session. */
export class Frozen {
  readonly #graph: Graph;
  /** Where the inputs of the session stand among those of a run. */
  readonly #slots: readonly number[];
  readonly #make: (graph: Graph) => Session;
  #ids: number[] = [];
  #same: number[] = [];
  #patience = FIRST_PATIENCE;
  #frozen: Choice | undefined;
  #tail: WeakRef<readonly unknown[]> | undefined;
  #isReady = false;

  constructor(graph: Graph, slots: readonly number[], make: (graph: Graph) => Session) {
    this.#graph = graph;
    this.#slots = slots;
    this.#make = make;
  }

  /**
   * The session with constants, if this run of `buffers` may use it. Where the last of them come as a
   * `tail` that was seen before, only the others are looked at.
   */
  choose(
    buffers: readonly OnnxBuffer[],
    tail: readonly unknown[] | undefined,
  ): FrozenRun | undefined {
    const frozen = this.#frozen;
    if (frozen === undefined) {
      this.#compare(buffers);
      this.#consider(buffers);
      return undefined;
    }
    const isKnown = tail !== undefined && this.#tail?.deref() === tail;
    const known = isKnown ? buffers.length - tail.length : buffers.length;
    if (this.#isReady && frozen.first >= known) return frozen;
    for (const position of frozen.positions) {
      const slot = this.#slots[position]!;
      if (slot >= known || buffers[slot]!.id === this.#ids[position]) continue;
      this.dispose();
      this.#same.fill(0);
      this.#patience *= 4;
      return undefined;
    }
    if (!isKnown) this.#tail = tail === undefined ? undefined : new WeakRef(tail);
    return this.#isReady ? frozen : undefined;
  }

  /** Gives the session with constants up. */
  dispose(): void {
    this.#frozen?.session.release();
    this.#frozen = undefined;
    this.#tail = undefined;
    this.#isReady = false;
  }

  #compare(buffers: readonly OnnxBuffer[]): void {
    for (let i = 0; i < this.#slots.length; i++) {
      const { id } = buffers[this.#slots[i]!]!;
      this.#same[i] = this.#ids[i] === id ? this.#same[i]! + 1 : 0;
      this.#ids[i] = id;
    }
  }

  #consider(buffers: readonly OnnxBuffer[]): void {
    const positions: number[] = [];
    let bytes = 0;
    // The first input stays open: it is the data, even if somebody asks for one batch again and again.
    for (let i = 1; i < this.#slots.length; i++) {
      if (this.#same[i]! < this.#patience) continue;
      positions.push(i);
      bytes += buffers[this.#slots[i]!]!.byteLength;
    }
    if (positions.length === 0 || bytes > MOST_BYTES) return;
    const inputs = this.#slots.map((slot) => memoryOf(innerOf(buffers[slot]!)));
    const session = this.#make(withConstants(this.#graph, positions, inputs));
    const open = this.#slots.filter((_, i) => !positions.includes(i));
    const first = Math.min(...positions.map((position) => this.#slots[position]!));
    this.#frozen = { session, positions, first, open };
    this.#isReady = false;
    void this.#waitFor(session);
  }

  async #waitFor(session: Session): Promise<void> {
    try {
      await session.ready;
      this.#isReady = this.#frozen?.session === session;
    } catch {
      // The open graph still works; this is not tried again until a weight changes.
    }
  }
}

/** A session with constants, and the slots of the inputs that it still takes. */
export interface FrozenRun {
  readonly session: Session;
  readonly open: readonly number[];
}

/** Also which inputs are constants of it. */
interface Choice extends FrozenRun {
  readonly positions: readonly number[];
  /** The first of them among the inputs of a run. */
  readonly first: number;
}

/** A copy as host arrays are. */
function hostCopy(storage: Storage, dtype: DType): HostArray {
  return dtype === 'int64' ? BigInt64Array.from(storage as Int32Array, BigInt) : storage.slice();
}

/** The graph with some of its inputs as constants, simplified. */
function withConstants(
  graph: Graph,
  positions: readonly number[],
  inputs: readonly Storage[],
): Graph {
  const builder = new GraphBuilder();
  const map = new Map<ValueId, ValueId>();
  const constant = (id: ValueId, aval: Aval, data: HostArray): void => {
    map.set(id, builder.constant(aval, data));
  };
  graph.inputs.forEach((id, i) => {
    const aval = graph.avals[id]!;
    if (positions.includes(i)) constant(id, aval, hostCopy(inputs[i]!, aval.dtype));
    else map.set(id, builder.input(aval));
  });
  for (const [id, data] of graph.constants) constant(id, graph.avals[id]!, data);
  for (const node of graph.nodes) {
    const operands = node.inputs.map((id) => map.get(id)!);
    const results = node.outputs.map((id) => graph.avals[id]!);
    const made = builder.addInferred<OpName>(node.op, operands, node.attrs, results, node.source);
    node.outputs.forEach((id, i) => map.set(id, made[i]!));
  }
  return optimize(builder.finish(graph.outputs.map((id) => map.get(id)!)), () => true);
}
