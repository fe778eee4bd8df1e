/** Label sequences read off the scores of a network trained with `ctcLoss`. */
import { ArgumentError, ShapeError } from '../../errors.ts';
import type { Operand, Out } from '../../tensor/operand.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { fromHost } from '../../trace/from-host.ts';
import { apply } from '../apply.ts';
import { logSoftmax } from '../composites/index.ts';
import { concrete } from '../concrete.ts';
import * as f from '../formula.ts';
import { checkOptions } from '../options.ts';
import * as primitives from '../primitives/functions.ts';
import { floatOf, indexOf } from '../values.ts';
import { columns } from './steps.ts';

/** Options of {@link ctcDecode}. */
export interface CtcDecodeOptions {
  /** 'greedy' (default): the best class of each step; 'beamSearch': the best label sequences. */
  readonly strategy?: 'greedy' | 'beamSearch' | 'beam_search';
  /** Sequences kept per step of a beam search. Default 100. */
  readonly beamWidth?: number;
  /** Sequences to give of a beam search. Default 1. */
  readonly topPaths?: number;
  /** Whether equal classes in a row count once (greedy). Default true. */
  readonly mergeRepeated?: boolean;
  /** The class that stands for "no label here". Default 0. */
  readonly maskIndex?: number;
}

/** {@link CtcDecodeOptions} of a beam search. */
export type CtcBeamOptions = CtcDecodeOptions & {
  readonly strategy: 'beamSearch' | 'beam_search';
};

/**
 * The likeliest label sequences.
 *
 * A beam search branches on data: it runs on the host, its result is a promise, and inside a trace
 * it is an error.
 *
 * @param inputs Scores, [batch, steps, classes].
 * @param sequenceLengths Steps that count, [batch].
 * @returns int32 labels [paths, batch, steps], filled up with −1, and scores [batch, paths]: of
 *   'greedy' the negative sum of the best scores, of 'beamSearch' log-probabilities.
 */
export function ctcDecode<A extends Operand, B extends Operand>(
  inputs: A,
  sequenceLengths: B,
  options: CtcBeamOptions,
): Promise<[labels: Tensor, scores: Tensor]>;
export function ctcDecode<A extends Operand, B extends Operand>(
  inputs: A,
  sequenceLengths: B,
  options?: CtcDecodeOptions,
): [labels: Out<A | B>, scores: Out<A | B>];
export function ctcDecode<A extends Operand, B extends Operand>(
  inputs: A,
  sequenceLengths: B,
  options: CtcDecodeOptions = {},
): [labels: Out<A | B>, scores: Out<A | B>] | Promise<[labels: Tensor, scores: Tensor]> {
  checkOptions('ctcDecode', options, 'strategy beamWidth topPaths mergeRepeated maskIndex');
  const { strategy = 'greedy', mergeRepeated = true, maskIndex = 0 } = options;
  if (strategy === 'beamSearch' || strategy === 'beam_search') {
    const given = [inputs, sequenceLengths].map((one) => concrete('ctcDecode', 'strategy', one));
    return beamSearch(floatOf(given[0]!), given[1]!, options);
  }
  if (strategy !== 'greedy') {
    throw new ArgumentError(
      `ctcDecode: strategy "${String(strategy)}" must be greedy or beamSearch.`,
    );
  }
  return apply('ctcDecode', [inputs, sequenceLengths] as Operand[], options, ([a, b]) => {
    const scores = floatOf(a!);
    checkShapes(scores, indexOf(b!));
    return greedy(scores, indexOf(b!), mergeRepeated, maskIndex);
  }) as [Out<A | B>, Out<A | B>];
}

function checkShapes(scores: Tensor, lengths: Tensor): void {
  if (scores.rank === 3 && lengths.rank === 1 && lengths.shape[0] === scores.shape[0]) return;
  throw new ShapeError(
    `ctcDecode: expected inputs [batch, steps, classes] and lengths [batch], got ` +
      `[${scores.shape.join(', ')}] and [${lengths.shape.join(', ')}].`,
  );
}

function greedy(
  inputs: Tensor,
  lengths: Tensor,
  mergeRepeated: boolean,
  maskIndex: number,
): Tensor[] {
  const [batch, steps] = inputs.shape as [number, number];
  const position = primitives.iota([batch, steps], 1, 'int32');
  const over = f.ge(position, primitives.broadcast(lengths, [batch, steps], [0]));
  let best = f.where(over, maskIndex, primitives.argReduce('max', inputs, 2));
  const scores = f.where(over, 0, primitives.reduce('max', inputs, [2]));
  if (mergeRepeated) {
    const same = f.eq(columns(best, 1, steps), columns(best, 0, steps - 1));
    const repeats = primitives.concat([primitives.full([batch, 1], 0, 'bool'), same], 1);
    best = f.where(repeats, maskIndex, best);
  }
  const empty = f.eq(best, maskIndex);
  const [, order] = primitives.sort(f.where(empty, steps, position), 1);
  const labels = primitives.gather(f.where(empty, -1, best), order, 1, 1);
  const total = primitives.neg(primitives.sum(scores, [1]));
  return [primitives.reshape(labels, [1, batch, steps]), primitives.reshape(total, [batch, 1])];
}

/** A label sequence, with the probability that it ends in its last label or in a blank. */
interface Beam {
  readonly labels: readonly number[];
  label: number;
  blank: number;
}

async function beamSearch(
  inputs: Tensor,
  sequenceLengths: Tensor,
  { beamWidth = 100, topPaths = 1, maskIndex = 0 }: CtcDecodeOptions,
): Promise<[Tensor, Tensor]> {
  checkShapes(inputs, sequenceLengths);
  const [batch, steps, classes] = inputs.shape as [number, number, number];
  const logs = Float64Array.from(await logSoftmax(inputs, -1).data(), Number);
  const lengths = Array.from(await sequenceLengths.data(), Number);
  const labels = new Int32Array(topPaths * batch * steps).fill(-1);
  const scores = new Float32Array(batch * topPaths).fill(-Infinity);
  for (let sample = 0; sample < batch; sample++) {
    let beams: Beam[] = [{ labels: [], label: -Infinity, blank: 0 }];
    for (let step = 0; step < Math.min(lengths[sample]!, steps); step++) {
      const from = (sample * steps + step) * classes;
      const extended = extend(beams, logs.subarray(from, from + classes), maskIndex);
      beams = best(extended, beamWidth);
    }
    best(beams, topPaths).forEach((beam, path) => {
      labels.set(beam.labels, (path * batch + sample) * steps);
      scores[sample * topPaths + path] = total(beam);
    });
  }
  return [
    fromHost(labels, { shape: [topPaths, batch, steps], dtype: 'int32' }),
    primitives.cast(fromHost(scores, { shape: [batch, topPaths], dtype: 'float32' }), inputs.dtype),
  ];
}

const total = ({ label, blank }: Beam): number => logSum(label, blank);

function logSum(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

function best(beams: readonly Beam[], count: number): Beam[] {
  return beams.toSorted((a, b) => total(b) - total(a)).slice(0, count);
}

/** Every sequence kept or made longer by one class; equal ones add their probabilities. */
function extend(beams: readonly Beam[], logs: Float64Array, maskIndex: number): Beam[] {
  const found = new Map<string, Beam>();
  const beamOf = (labels: readonly number[]): Beam => {
    const key = labels.join();
    let beam = found.get(key);
    if (beam === undefined) {
      found.set(key, (beam = { labels, label: -Infinity, blank: -Infinity }));
    }
    return beam;
  };
  for (const beam of beams) {
    const same = beamOf(beam.labels);
    const last = beam.labels.at(-1);
    logs.forEach((log, index) => {
      if (index === maskIndex) {
        same.blank = logSum(same.blank, total(beam) + log);
        return;
      }
      // A label right after itself is the same label; after a blank it is a second one.
      if (index === last) same.label = logSum(same.label, beam.label + log);
      const longer = beamOf([...beam.labels, index]);
      longer.label = logSum(longer.label, (index === last ? beam.blank : total(beam)) + log);
    });
  }
  return [...found.values()];
}
