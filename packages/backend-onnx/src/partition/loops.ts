/**
 * Whether several steps are quicker as one session with a loop. A loop spares every step but the first a
 * call of the runtime, the passing of its values, and its gradients' way to the host. But what updates
 * state then runs in the runtime, which fuses nothing, random numbers are drawn there, and the state is
 * copied out at the end. The rule adds up both and wants a gain of a twentieth of the step. Its numbers
 * are fits to steps of dense nets, convolutions and recurrent nets on one thread (`npm run bench -- onnx
 * loop` shows what comes of it).
 */
import type { Graph, OpName, ValueId } from '@addax/core';
import { sizeOf, workOf } from '@addax/core';
import type { Part } from './parts.ts';

/** What the rule looks at, of one step. */
export interface LoopFigures {
  /** Values that go into sessions and come out of them. */
  readonly values: number;
  /** Elements that come out of sessions for the host alone: gradients. */
  readonly gradients: number;
  /** Elements of the state that goes from step to step. */
  readonly state: number;
  /** Nodes that update state on the host, and elements they compute. */
  readonly updateNodes: number;
  readonly updates: number;
  /** Random words that the host draws. */
  readonly draws: number;
  /** Nodes that only the host can run. */
  readonly fallbacks: number;
  /** Multiply-adds, and elements computed. */
  readonly products: number;
  readonly elements: number;
}

/** What the rule says; times in microseconds of one step. */
export interface LoopChoice {
  readonly isLoop: boolean;
  readonly saved: number;
  readonly spent: number;
  /** How long the step takes by itself. */
  readonly step: number;
}

/** Microseconds of what a loop spares. */
const CALL = 300;
const VALUE = 5;
const GRADIENT = 0.002;

/** Microseconds of what a loop adds. */
const UPDATE_NODE = 1.2;
const UPDATE = 0.000_35;
const DRAW = 0.03;
const STATE = 0.001_8;

/** Microseconds of the step's own work. */
const PRODUCT = 0.000_035;
const ELEMENT = 0.000_35;

/** The gain that is worth a second session, as a part of the step. */
const WORTH = 0.05;

/** Whether `count` steps with these figures should be one loop. */
export function chooseLoop(figures: LoopFigures, count: number): LoopChoice {
  const { values, gradients, state, updateNodes, updates, draws, products, elements } = figures;
  const alone = CALL + VALUE * values + GRADIENT * gradients;
  const saved = alone * (1 - 1 / count);
  const spent =
    UPDATE_NODE * updateNodes + UPDATE * updates + DRAW * draws + (STATE * state) / count;
  const step = alone + PRODUCT * products + ELEMENT * elements;
  const isLoop = figures.fallbacks === 0 && values > 0 && saved - spent > WORTH * step;
  return { isLoop, saved, spent, step };
}

/** What the rule says, for a profile. */
export function describeChoice({ isLoop, saved, spent, step }: LoopChoice): string {
  const [gain, cost, whole] = [saved, spent, step].map((time) => `${Math.round(time)} µs`);
  return `${isLoop ? 'one loop' : 'single steps'} (a loop saves ${gain}, costs ${cost}, of ${whole} a step)`;
}

const UPDATING: ReadonlySet<OpName> = new Set<OpName>(['unary', 'binary', 'compare', 'select']);

/** The figures of a step that is cut into `parts`; `donated` are its inputs that hold state. */
export function figuresOf(
  graph: Graph,
  parts: readonly Part[],
  donated: readonly number[],
): LoopFigures {
  const sizes = (ids: readonly ValueId[], { avals }: Graph): number =>
    sum(ids.map((id) => sizeOf(avals[id]!.shape)));
  const sessions = parts.filter(({ kind }) => kind === 'session');
  const hosts = parts.filter(({ kind }) => kind === 'host');
  const made = new Set(sessions.flatMap(({ outputs }) => outputs));
  const onHost = hosts.flatMap(({ graph: { nodes, avals } }) =>
    nodes.map(({ op, outputs }) => ({
      op,
      size: sum(outputs.map((id) => sizeOf(avals[id]!.shape))),
    })),
  );
  const updating = onHost.filter(({ op }) => UPDATING.has(op));
  return {
    values: sum(sessions.map(({ inputs, outputs }) => inputs.length + outputs.length)),
    gradients: sum(
      hosts.map(({ inputs }) =>
        sizes(
          inputs.filter((id) => made.has(id)),
          graph,
        ),
      ),
    ),
    state: sizes(
      donated.map((input) => graph.inputs[input]!),
      graph,
    ),
    updateNodes: updating.length,
    updates: sum(updating.map(({ size }) => size)),
    draws: sum(onHost.map(({ op, size }) => (op === 'randomBits' ? size : 0))),
    fallbacks: sum(hosts.map(({ counts }) => counts.fallback)),
    ...workOf(graph),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
