/**
 * Spatial arguments as layers take them (one number for all axes, Keras' snake_case words) and as
 * they are kept (one number per axis, camelCase words).
 */
import { ArgumentError, imageDataFormat, type ImageDataFormat } from '@addax/core';
import { checkOption } from '../identifiers.ts';

/** One number for every spatial axis, or one per axis. */
export type PerAxis = number | readonly number[];

/** Padding of windows. */
export type WindowPadding = 'valid' | 'same';

/** Data format as options take it; Keras' snake_case comes from files. */
export type DataFormatOption = ImageDataFormat | 'channels_last' | 'channels_first';

/** One number per axis; an error names the option. */
export function perAxis(
  value: PerAxis,
  rank: number,
  option: string,
  minimum: number = 1,
): readonly number[] {
  const list = typeof value === 'number' ? Array.from({ length: rank }, () => value) : [...value];
  const fits = list.every((item) => Number.isInteger(item) && item >= minimum);
  if (list.length !== rank || !fits) {
    const kind = minimum > 0 ? 'positive integer' : 'integer not below 0';
    throw new ArgumentError(
      `${option} must be a ${kind} or ${rank} of them, got ${JSON.stringify(value)}.`,
    );
  }
  return list;
}

/** Channels last or first, in camelCase; the configured one by default. */
export function dataFormatOf(value: DataFormatOption | null | undefined): ImageDataFormat {
  if (value === null || value === undefined) return imageDataFormat();
  return checkOption('dataFormat', value, ['channelsLast', 'channelsFirst']);
}

/** A padding word that the layer knows. */
export function paddingOf<P extends string>(value: P, known: readonly P[]): P {
  return checkOption('padding', value, known);
}

/** Axis of the channels in a tensor of `rank` axes. */
export function channelAxis(format: ImageDataFormat, rank: number): number {
  return format === 'channelsLast' ? rank - 1 : 1;
}

/** Axes between batch and channels, in order. */
export function spatialAxes(format: ImageDataFormat, rank: number): number[] {
  const first = format === 'channelsLast' ? 1 : 2;
  return Array.from({ length: rank - 2 }, (_, i) => first + i);
}

/** A positive integer; an error names the option. */
export function positiveInteger(option: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new ArgumentError(`${option} must be a positive integer, got ${JSON.stringify(value)}.`);
}
