/**
 * Long reductions to few elements in two stages: with one, most of a device would stand idle. The
 * outer axes are kept by the first stage and reduced by the second; a long axis is cut in two. The
 * stages are ordinary reductions, so what they read and what reads them is fused as ever.
 */
import type { AnyNode, Aval, DType, Graph, Node } from '@addax/core';
import { elements } from '../lower/form.ts';
import type { Target } from '../target.ts';

/** A graph with staged reductions, and those of its reshapes that only cut an axis in two. */
export interface Staged {
  readonly graph: Graph;
  readonly cuts: ReadonlySet<AnyNode>;
}

/** Threads that share a reduction of neighbouring elements, and any other. */
const ROW_THREADS = 256;
const COLUMN_THREADS = 16;
/** Turns of a thread that are worth a stage of their own. */
const TURNS = 64;

type Reduce = Node<'reduce'>;

/** Rewrites the reductions that are too long for the target. */
export function stageReductions(graph: Graph, target: Target): Staged {
  const longest = target.longestReduction ?? Infinity;
  const cuts = new Set<AnyNode>();
  const avals = [...graph.avals];
  const value = (aval: Aval): number => avals.push(aval) - 1;
  const nodes = graph.nodes.flatMap((node): AnyNode[] => {
    if (node.op !== 'reduce') return [node];
    const plan = planStages(node, graph.avals, longest);
    if (plan === undefined) return [node];
    const { shape, kept, reduced } = plan;
    const { source } = node;
    const { fn } = node.attrs;
    const made: AnyNode[] = [];
    const { dtype } = graph.avals[node.inputs[0]];
    let x = node.inputs[0];
    if (shape.length > graph.avals[x].shape.length) {
      const to = value({ shape, dtype });
      const cut: AnyNode = { op: 'reshape', attrs: { shape }, inputs: [x], outputs: [to], source };
      cuts.add(cut);
      made.push(cut);
      x = to;
    }
    // Narrow floats would round what one stage hands to the next.
    const type: DType = dtype === 'float16' || dtype === 'bfloat16' ? 'float32' : dtype;
    const cast = (from: number, to: number, attrs: { readonly dtype: DType }): void => {
      made.push({ op: 'cast', attrs, inputs: [from], outputs: [to], source });
    };
    if (type !== dtype) {
      const to = value({ shape, dtype: type });
      cast(x, to, { dtype: type });
      x = to;
    }
    const middle = shape.filter((_, axis) => !reduced.includes(axis));
    const part = value({ shape: middle, dtype: type });
    const rest = kept.map((axis) => axis - reduced.filter((other) => other < axis).length);
    const [result] = node.outputs;
    const total = type === dtype ? result : value({ ...graph.avals[result], dtype: type });
    const stage = (from: number, to: number, axes: readonly number[]): void => {
      made.push({ op: 'reduce', attrs: { fn, axes }, inputs: [from], outputs: [to], source });
    };
    stage(x, part, reduced);
    stage(part, total, rest);
    if (total !== result) cast(total, result, { dtype });
    return made;
  });
  return {
    graph:
      cuts.size === 0 && nodes.length === graph.nodes.length ? graph : { ...graph, avals, nodes },
    cuts,
  };
}

interface Stages {
  /** Shape of the operand, with one axis more if one is cut. */
  readonly shape: readonly number[];
  /** Axes that the second stage reduces, and those that the first one does. */
  readonly kept: readonly number[];
  readonly reduced: readonly number[];
}

function planStages(
  { attrs, inputs }: Reduce,
  avals: readonly Aval[],
  longest: number,
): Stages | undefined {
  const shape = [...avals[inputs[0]].shape];
  const axes = attrs.axes.toSorted((a, b) => a - b);
  const length = elements(axes.map((axis) => shape[axis]));
  const results = elements(shape) / length;
  const last = shape.findLastIndex((size) => size !== 1);
  const threads = axes.includes(last)
    ? ROW_THREADS
    : Math.max(COLUMN_THREADS, Math.floor(ROW_THREADS / results));
  const turns = length / threads;
  if (!(turns > longest)) return undefined;
  const kept: number[] = [];
  let wanted = Math.ceil(turns / TURNS);
  for (const axis of axes) {
    const size = shape[axis];
    const divisor = size > 4 * wanted ? divisorNear(size, wanted) : 0;
    if (divisor > 0) {
      shape.splice(axis, 1, divisor, size / divisor);
      const moved = axes.map((other) => (other > axis ? other + 1 : other));
      kept.push(axis);
      const reduced = [...moved.filter((other) => !kept.includes(other)), axis + 1];
      return { shape, kept, reduced: reduced.toSorted((a, b) => a - b) };
    }
    if (size > 16 * wanted) break;
    kept.push(axis);
    wanted = Math.ceil(wanted / size);
    if (wanted <= 1) break;
  }
  const reduced = axes.filter((axis) => !kept.includes(axis));
  const isSplit = kept.length > 0 && reduced.length > 0;
  return isSplit ? { shape, kept, reduced } : undefined;
}

/** The smallest divisor of `size` between `wanted` and four times that; 0 if there is none. */
function divisorNear(size: number, wanted: number): number {
  for (let divisor = wanted; divisor <= 4 * wanted; divisor++) {
    if (divisor > 1 && size % divisor === 0) return divisor;
  }
  return 0;
}
