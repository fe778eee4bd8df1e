/**
 * The gradient of a convolution with respect to its input, as a product. With a stride of s, inputs
 * fall into s phases per axis: those of one phase are reached by the same window positions, every
 * `step`-th one from a first, so that nothing is multiplied by zeros between strides. A kernel works
 * out its phase from a number.
 *
 * Input position i = s · m + r is reached from output position origin + m − j · reach by window
 * position first + j · step, where first · dilation ≡ r + before (mod s).
 */
import type { Operand } from '../../launch.ts';
import type { Grid, Windows } from './patches.ts';
import type { Axis, Phases, Side, Target, Term } from './problem.ts';

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function product(values: readonly number[]): number {
  return values.reduce((a, b) => a * b, 1);
}

/** A product whose rows are the positions of one phase of the input. */
export interface Phased {
  readonly left: Side;
  readonly right: Side;
  readonly out: Target;
  readonly rows: Term;
  readonly depth: Term;
  readonly phases: Phases;
}

/** The product of ct with the kernel, whose rows are [spatial…, channels / groups, filters]. */
export function phased(
  operands: { readonly ct: Operand; readonly kernel: Operand; readonly out: Operand },
  input: Grid,
  output: Grid,
  windows: Windows,
  groups: number,
): Phased {
  const { window, strides, dilation } = windows;
  const [inputs, outputs] = [input.channels / groups, output.channels / groups];
  const common = strides.map((stride, i) => divisor(stride, dilation[i]));
  const step = strides.map((stride, i) => stride / common[i]);
  const reach = dilation.map((by, i) => by / common[i]);
  const weights = window.map((_, i) => product(window.slice(i + 1)) * inputs * output.channels);
  const filters = (stride: number): Axis => ({ size: outputs, stride });
  const left: Side = {
    operand: operands.ct,
    batch: [{ size: groups, stride: outputs * output.channelStride }],
    free: [
      { size: output.batch, stride: output.batchStride },
      ...strides.map((_, i) => ({
        size: `count${i}`,
        stride: output.strides[i],
        moves: { coordinate: i, by: 1 },
      })),
    ],
    depth: [
      ...reach.map((by, i) => ({
        size: `taps${i}`,
        stride: -by * output.strides[i],
        moves: { coordinate: i, by: -by },
      })),
      filters(output.channelStride),
    ],
    base: 'ctBase',
    window: { sizes: output.sizes, origins: strides.map((_, i) => `origin${i}`) },
  };
  const right: Side = {
    operand: operands.kernel,
    batch: [{ size: groups, stride: outputs }],
    free: [{ size: inputs, stride: output.channels }],
    depth: [...step.map((by, i) => ({ size: `taps${i}`, stride: by * weights[i] })), filters(1)],
    base: 'kernelBase',
  };
  const out: Target = {
    operand: operands.out,
    batch: [{ size: groups, stride: inputs * input.channelStride }],
    rows: [
      { size: input.batch, stride: input.batchStride },
      ...strides.map((stride, i) => ({ size: `count${i}`, stride: stride * input.strides[i] })),
    ],
    column: input.channelStride,
    base: 'outBase',
    elements: input.batch * input.channels * product(input.sizes),
  };
  const most = strides.map((stride, i) => Math.ceil(input.sizes[i] / stride));
  const phases: Phases = {
    count: product(strides),
    rows: input.batch * product(most),
    depth: outputs * product(window.map((size, i) => Math.ceil(size / step[i]))),
    declarations: strides
      .flatMap((_, i) => ['count', 'taps', 'origin'].map((name) => name + i))
      .concat(['ctBase', 'kernelBase', 'outBase'])
      .map((name) => `var<private> ${name}: u32;`)
      .join('\n'),
    prologue: (word) => prologue(word, { input, output, windows, step, weights, outputs }),
  };
  return { left, right, out, rows: 'phaseRows', depth: 'phaseDepth', phases };
}

interface Numbers {
  readonly input: Grid;
  readonly output: Grid;
  readonly windows: Windows;
  readonly step: readonly number[];
  readonly weights: readonly number[];
  readonly outputs: number;
}

function prologue(
  word: (value: number) => string,
  { input, output, windows, step, weights, outputs }: Numbers,
): string {
  const axes = input.sizes.map((_, i) => i);
  const lines = axes.toReversed().flatMap((i) => {
    const rest = i === axes.length - 1 ? 'phase' : `phase${i + 1}`;
    return [
      `let stride${i} = ${word(windows.strides[i])};`,
      `let residue${i} = ${rest} % stride${i};`,
      `let phase${i} = ${rest} / stride${i};`,
      `let rows${i} = (${word(input.sizes[i])} + stride${i} - 1u - residue${i}) / stride${i};`,
      `let window${i} = ${word(windows.window[i])};`,
      `let step${i} = ${word(step[i])};`,
      `var distance${i} = i32(residue${i} + ${word(windows.before[i])});`,
      `let dilation${i} = i32(${word(windows.dilation[i])});`,
      `var first${i} = 0u;`,
      `while (first${i} < step${i} && distance${i} % i32(stride${i}) != 0) {`,
      `  first${i} += 1u; distance${i} -= dilation${i};`,
      `}`,
      // If none of the first `step` positions reaches the phase, none does.
      `let reached${i} = first${i} < min(step${i}, window${i});`,
      `let few${i} = select(0u, (window${i} - first${i} + step${i} - 1u) / step${i}, reached${i});`,
      `count${i} = rows${i};`,
      `taps${i} = few${i};`,
      `origin${i} = u32(distance${i} / i32(stride${i}));`,
    ];
  });
  const total = (name: string, numbers: readonly number[]): string =>
    axes.map((i) => `${name}${i} * ${word(numbers[i])}`).join(' + ');
  const times = (name: string): string => axes.map((i) => `${name}${i}`).join(' * ');
  return [
    ...lines,
    `ctBase = ${total('origin', output.strides)};`,
    `kernelBase = ${total('first', weights)};`,
    `outBase = ${total('residue', input.strides)};`,
    `let phaseRows = ${word(input.batch)} * ${times('rows')};`,
    `let phaseDepth = ${word(outputs)} * ${times('few')};`,
  ].join('\n  ');
}
