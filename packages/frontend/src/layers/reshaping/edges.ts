/** Widths at both ends of each spatial axis, as padding and cropping take them. */
import { ArgumentError, type ImageDataFormat, type Tensor } from '@addax/core';
import { spatialAxes } from '../standardize.ts';

/** Widths at the start and the end of an axis. */
export type Edge = readonly [before: number, after: number];

/** One width for all edges, one per axis, or two per axis. */
export type EdgeOption = number | readonly number[] | readonly Edge[];

/** Two widths per axis; an error names the option. */
export function edgesOf(value: EdgeOption, rank: number, option: string): readonly Edge[] {
  const edges = edgeList(value, rank);
  const fits =
    edges.length === rank &&
    edges.every(
      (edge) => edge.length === 2 && edge.every((width) => Number.isInteger(width) && width >= 0),
    );
  if (fits) return edges;
  throw new ArgumentError(
    `${option} must be a whole number, one per axis or two per axis (${rank} axes), got ` +
      `${JSON.stringify(value)}.`,
  );
}

function edgeList(value: EdgeOption, rank: number): readonly Edge[] {
  if (typeof value === 'number') return Array.from({ length: rank }, (): Edge => [value, value]);
  // Along one axis two numbers are its two ends.
  if (rank === 1 && value.length === 2 && typeof value[0] === 'number') {
    return [value as unknown as Edge];
  }
  return (value as readonly (number | Edge)[]).map((item): Edge =>
    typeof item === 'number' ? [item, item] : item,
  );
}

/** Widths for all axes of a tensor: nothing at batch and channels. */
export function allEdges(
  inputs: Tensor,
  edges: readonly Edge[],
  dataFormat: ImageDataFormat,
): [number, number][] {
  const all = inputs.shape.map((): [number, number] => [0, 0]);
  spatialAxes(dataFormat, inputs.rank).forEach((axis, i) => (all[axis] = [...edges[i]!]));
  return all;
}
