/**
 * The three convolutions, closed under differentiation: each is linear in both operands, and the
 * gradient of one is made of the other two. Kernels are [spatial…, channels / groups, filters].
 */
import { ShapeError } from '../../errors.ts';
import type { Aval, ConvAttrs } from '../../graph/types.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import {
  checkCount,
  checkNumeric,
  checkSameDType,
  checkShape,
  equalLists,
  showAval,
  showShape,
} from './check.ts';
import type { Primitive } from './primitive.ts';
import { channelAxis, checkActivation, firstSpatialAxis, windowCounts } from './spatial.ts';

/** Shape of the result of a convolution; all three shape rules rest on it. */
function convolvedShape(op: string, x: Aval, kernel: Aval, attrs: ConvAttrs): number[] {
  const { layout, groups } = attrs;
  checkActivation(op, x, layout);
  const rank = x.shape.length;
  checkSameDType(op, x, kernel);
  checkNumeric(op, x);
  if (kernel.shape.length !== rank) {
    throw new ShapeError(
      `${op}: the kernel ${showAval(kernel)} must be [spatial…, channels / groups, filters] of ` +
        `rank ${rank}, like the input ${showAval(x)}`,
    );
  }
  const channels = x.shape[channelAxis(layout, rank)]!;
  const filters = kernel.shape[rank - 1]!;
  const perGroup = kernel.shape[rank - 2]!;
  const whole = Number.isInteger(groups) && groups >= 1;
  if (!whole || perGroup * groups !== channels || filters % groups !== 0) {
    throw new ShapeError(
      `${op}: ${channels} channels in ${groups} group(s) need a kernel with ` +
        `${channels}/${groups} channels and a multiple of ${groups} filters, but it is ` +
        showAval(kernel),
    );
  }
  const first = firstSpatialAxis(layout);
  const spatial = x.shape.slice(first, first + rank - 2);
  const counts = windowCounts(op, spatial, kernel.shape.slice(0, rank - 2), attrs);
  const batch = x.shape[0]!;
  return layout === 'channelsLast' ? [batch, ...counts, filters] : [batch, filters, ...counts];
}

function checkCotangent(op: string, ct: Aval, expected: readonly number[]): void {
  if (!equalLists(ct.shape, expected)) {
    throw new ShapeError(
      `${op}: the cotangent is ${showAval(ct)} but the convolution gives ${showShape(expected)}`,
    );
  }
}

function plainAttrs(attrs: ConvAttrs): ConvAttrs {
  const { strides, padding, dilation, groups, layout } = attrs;
  return { strides, padding, dilation, groups, layout };
}

export const conv: Primitive<'conv'> = {
  doc: 'Convolution (cross-correlation) of an activation with a kernel.',
  gradient: 'convGradInput and convGradKernel',
  shape(inputs, attrs) {
    checkCount('conv', inputs, 2);
    const [x, kernel] = inputs as [Aval, Aval];
    return [{ shape: convolvedShape('conv', x, kernel, attrs), dtype: x.dtype }];
  },
  vjp({ attrs, inputs, cotangents, needs, ops }) {
    const [x, kernel] = inputs as [Tensor, Tensor];
    const ct = cotangents[0]!;
    return [
      needs[0] ? ops.convGradInput(ct, kernel, { ...attrs, inputShape: x.shape }) : undefined,
      needs[1] ? ops.convGradKernel(x, ct, { ...attrs, kernelShape: kernel.shape }) : undefined,
    ];
  },
};

export const convGradInput: Primitive<'convGradInput'> = {
  doc: 'Gradient of a convolution with respect to its input; this is transposed convolution.',
  gradient: 'conv and convGradKernel',
  shape(inputs, attrs) {
    checkCount('convGradInput', inputs, 2);
    const [ct, kernel] = inputs as [Aval, Aval];
    checkShape('convGradInput', attrs.inputShape);
    const x: Aval = { shape: attrs.inputShape, dtype: ct.dtype };
    checkCotangent('convGradInput', ct, convolvedShape('convGradInput', x, kernel, attrs));
    return [x];
  },
  vjp({ attrs, inputs, cotangents, needs, ops }) {
    const [ct, kernel] = inputs as [Tensor, Tensor];
    const forward = plainAttrs(attrs);
    const x = cotangents[0]!;
    return [
      needs[0] ? ops.conv(x, kernel, forward) : undefined,
      needs[1] ? ops.convGradKernel(x, ct, { ...forward, kernelShape: kernel.shape }) : undefined,
    ];
  },
};

export const convGradKernel: Primitive<'convGradKernel'> = {
  doc: 'Gradient of a convolution with respect to its kernel.',
  gradient: 'convGradInput and conv',
  shape(inputs, attrs) {
    checkCount('convGradKernel', inputs, 2);
    const [x, ct] = inputs as [Aval, Aval];
    checkSameDType('convGradKernel', x, ct);
    checkShape('convGradKernel', attrs.kernelShape);
    const kernel: Aval = { shape: attrs.kernelShape, dtype: x.dtype };
    checkCotangent('convGradKernel', ct, convolvedShape('convGradKernel', x, kernel, attrs));
    return [kernel];
  },
  vjp({ attrs, inputs, cotangents, needs, ops }) {
    const [x, ct] = inputs as [Tensor, Tensor];
    const forward = plainAttrs(attrs);
    const kernel = cotangents[0]!;
    return [
      needs[0] ? ops.convGradInput(ct, kernel, { ...forward, inputShape: x.shape }) : undefined,
      needs[1] ? ops.conv(x, kernel, forward) : undefined,
    ];
  },
};
