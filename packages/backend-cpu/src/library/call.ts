/** What library calls have in common: their form, and how they meet 16-bit floats. */
import type { AnyNode, Aval, DType, Graph, OpName } from '@addax/core';
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from '../numerics/half.ts';
import { roundBfloat16, roundFloat16 } from '../numerics/half.ts';
import type { Storage } from '../storage.ts';

/** A library call made ready for its shapes. */
export type Call = (inputs: readonly Storage[], outputs: readonly Storage[]) => void;

/** A node of one op. */
export type NodeOf<Op extends OpName> = Extract<AnyNode, { readonly op: Op }>;

/** A compiled inner graph: outputs are written where the caller says. */
export interface Body {
  run(inputs: readonly Storage[], outputs: readonly Storage[]): void;
  readonly workspaceBytes: number;
  readonly launches: number;
  readonly code: string;
}

/** What a call may ask of its surroundings. */
export interface CallContext {
  readonly avals: readonly Aval[];
  compileBody(graph: Graph): Body;
  /** Memory that the call keeps between runs; counted as workspace. */
  keep(dtype: DType, length: number): Kept;
  /** The same for float32 that calls of one graph share by name: it holds nothing between calls. */
  share?(name: string, length: number): Kept;
}

/** Memory that a call keeps; where it lies may change from run to run. */
export interface Kept {
  storage: Storage;
}

/** Elements of an aval. */
export function sizeOf(aval: Aval): number {
  return aval.shape.reduce((a, b) => a * b, 1);
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  for (let i = shape.length - 1, stride = 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/** Whether the dtype is stored as 16 bits. */
export function isSixteenBit(dtype: DType): boolean {
  return dtype === 'float16' || dtype === 'bfloat16';
}

/** 16-bit floats as numbers. */
export function widen(source: Storage, dtype: DType): Float64Array {
  const decode = dtype === 'float16' ? decodeFloat16 : decodeBfloat16;
  const wide = new Float64Array(source.length);
  for (let i = 0; i < wide.length; i++) wide[i] = decode(source[i]);
  return wide;
}

/** Numbers as 16-bit floats, rounded once. */
export function narrow(wide: Float64Array, dtype: DType, to: Storage): void {
  const round = dtype === 'float16' ? roundFloat16 : roundBfloat16;
  const encode = dtype === 'float16' ? encodeFloat16 : encodeBfloat16;
  for (let i = 0; i < wide.length; i++) to[i] = encode(round(wide[i]));
}

/**
 * A call on numbers also for 16-bit floats: those are widened to float64 before and rounded once
 * after. Operands of other dtypes (indices) pass as they are.
 */
export function onNumbers(avals: readonly Aval[], outputDType: DType, call: Call): Call {
  if (!isSixteenBit(outputDType)) return call;
  return (inputs, outputs) => {
    const wideInputs = inputs.map((input, i) =>
      isSixteenBit(avals[i].dtype) ? widen(input, avals[i].dtype) : input,
    );
    const wide = new Float64Array(outputs[0].length);
    call(wideInputs, [wide]);
    narrow(wide, outputDType, outputs[0]);
  };
}
