/**
 * The three convolutions as products over patches, which no memory ever holds: kernels find each
 * element by its coordinates. Groups are batches of the product.
 */
import type { Lowering } from './call.ts';
import { multiply } from './product/multiply.ts';
import { channelsOf, channelsTarget, gridOf, patches, windowsOf } from './product/patches.ts';
import { phased } from './product/phases.ts';

function product(values: readonly number[]): number {
  return values.reduce((a, b) => a * b, 1);
}

/** Launches of a convolution. */
export const conv: Lowering<'conv'> = (node, call) => {
  const [x, kernel, y] = [...node.inputs, ...node.outputs].map((value) => call.avals[value]);
  const { groups, layout } = node.attrs;
  const [input, output] = [gridOf(x.shape, layout), gridOf(y.shape, layout)];
  const windows = windowsOf(node.attrs, kernel.shape);
  const outputs = output.channels / groups;
  const depth = product(kernel.shape.slice(0, -1));
  multiply(call, {
    label: 'conv',
    dtype: x.dtype,
    left: patches(call.input(0), input, output, windows, groups, 'free'),
    right: {
      operand: call.input(1),
      batch: [{ size: groups, stride: outputs }],
      free: [{ size: outputs, stride: 1 }],
      depth: [{ size: depth, stride: output.channels }],
      base: 0,
    },
    out: channelsTarget(call.output(0), output, groups),
    rows: output.batch * product(output.sizes),
    columns: outputs,
    depth,
    batches: groups,
    batchesLast: layout === 'channelsLast',
  });
};

/** Launches of the gradient with respect to the kernel: the depth are the positions. */
export const convGradKernel: Lowering<'convGradKernel'> = (node, call) => {
  const [x, ct] = node.inputs.map((value) => call.avals[value]);
  const { groups, layout, kernelShape } = node.attrs;
  const [input, output] = [gridOf(x.shape, layout), gridOf(ct.shape, layout)];
  const windows = windowsOf(node.attrs, kernelShape);
  const outputs = output.channels / groups;
  const rows = product(kernelShape.slice(0, -1));
  multiply(call, {
    label: 'convGradKernel',
    dtype: x.dtype,
    left: patches(call.input(0), input, output, windows, groups, 'depth'),
    right: channelsOf(call.input(1), output, groups),
    out: {
      operand: call.output(0),
      batch: [{ size: groups, stride: outputs }],
      rows: [{ size: rows, stride: output.channels }],
      column: 1,
      base: 0,
      elements: rows * output.channels,
    },
    rows,
    columns: outputs,
    depth: output.batch * product(output.sizes),
    batches: groups,
    batchesLast: true,
  });
};

/** Launches of the gradient with respect to the input, which is transposed convolution. */
export const convGradInput: Lowering<'convGradInput'> = (node, call) => {
  const [ct, kernel] = node.inputs.map((value) => call.avals[value]);
  const { groups, layout, inputShape } = node.attrs;
  const [input, output] = [gridOf(inputShape, layout), gridOf(ct.shape, layout)];
  const windows = windowsOf(node.attrs, kernel.shape);
  const operands = { ct: call.input(0), kernel: call.input(1), out: call.output(0) };
  multiply(call, {
    label: 'convGradInput',
    dtype: ct.dtype,
    ...phased(operands, input, output, windows, groups),
    columns: input.channels / groups,
    batches: groups,
    batchesLast: layout === 'channelsLast',
  });
};
