/** Runs a planned graph kernel by kernel on a bare device: what tests of the printer compare. */
import { planProgram } from '@addax/codegen';
import { printWgsl } from '@addax/codegen/device';
import type { Place, Program, Target } from '@addax/codegen';
import type { WgslOptions } from '@addax/codegen/device';
import type { Graph, HostArray } from '@addax/core';
import { targetOf } from '../executable/target.ts';
import type { BenchDevice } from './bench-device.ts';

/** Choices of a run. */
export interface KernelRun {
  readonly maxKernelBuffers?: number;
  readonly longestReduction?: number;
  readonly donate?: readonly (readonly [input: number, output: number])[];
  /** Whether every value starts at a multiple of four words. */
  readonly aligned?: boolean;
  readonly maxThreads?: number;
}

/** Plans for a device, without calls. */
export function kernelTarget(device: BenchDevice, options: KernelRun = {}): Target {
  const { maxKernelBuffers, longestReduction } = options;
  return {
    ...targetOf(device.abilities),
    fusesEpilogue: () => false,
    ...(maxKernelBuffers !== undefined && { maxKernelBuffers }),
    ...(longestReduction !== undefined && { longestReduction }),
  };
}

/** What the kernels of a graph compute, and their texts. */
export async function runKernels(
  device: BenchDevice,
  graph: Graph,
  inputs: readonly HostArray[],
  options: KernelRun = {},
): Promise<{ readonly outputs: readonly HostArray[]; readonly texts: readonly string[] }> {
  const program = planProgram(graph, kernelTarget(device, options), options.donate);
  const memory = new Map<string, Uint32Array>();
  const memoryOf = (slot: number): Uint32Array => {
    const { place, length } = program.slots[slot];
    const key = keyOf(place, program);
    let words = memory.get(key);
    if (words === undefined) {
      words = initial(place, length, program, graph, inputs);
      memory.set(key, words);
    }
    return words;
  };
  const texts: string[] = [];
  for (const step of program.steps) {
    if (step.kind === 'call') throw new Error(`${step.node.op} is no kernel`);
    if (step.kind === 'copy') {
      memoryOf(step.to).set(memoryOf(step.from).subarray(0, program.slots[step.to].length));
      continue;
    }
    const memories = step.slots.map(memoryOf);
    const printOptions: WgslOptions = {
      aliases: memories.map((words) => memories.indexOf(words)),
      aligned: memories.map(() => options.aligned ?? true),
      maxThreads: options.maxThreads ?? device.abilities.maxThreads,
    };
    const printed = printWgsl(step.kernel, printOptions);
    texts.push(printed.code);
    if (printed.bindings.length > (options.maxKernelBuffers ?? Infinity)) {
      throw new Error(`a kernel binds ${printed.bindings.length} memories`);
    }
    const bound = printed.bindings.map(({ buffers }) => memories[buffers[0]]);
    const shader = {
      label: 'kernel',
      code: printed.code,
      bindings: printed.bindings.map(({ use }) => use),
      words: printed.params.length,
    };
    const { maxGroups } = device.abilities;
    const groups = printed.groups(maxGroups);
    const after = await device.runShader(shader, bound, Array.from(printed.params), groups);
    after.forEach((words, i) => bound[i].set(words));
  }
  const outputs = graph.outputs.map((value, index) => {
    const slot = program.slots.findIndex(
      ({ place }) => place.kind === 'output' && place.index === index,
    );
    const length = graph.avals[value].shape.reduce((a, b) => a * b, 1);
    const place: Place = { kind: 'output', index };
    const words = slot < 0 ? memory.get(keyOf(place, program)) : memoryOf(slot);
    return typed((words ?? new Uint32Array(0)).slice(0, length), graph.avals[value].dtype);
  });
  return { outputs, texts };
}

function keyOf(place: Place, program: Program): string {
  if (place.kind === 'constant') return `constant:${place.value}`;
  if (place.kind === 'workspace') return `workspace:${place.offset}`;
  const donor = place.kind === 'output' ? program.donors[place.index] : -1;
  return donor >= 0 ? `input:${donor}` : `${place.kind}:${place.index}`;
}

/** What memory holds at first; it ends at a multiple of four words. */
function initial(
  place: Place,
  length: number,
  program: Program,
  graph: Graph,
  inputs: readonly HostArray[],
): Uint32Array {
  if (place.kind === 'workspace') return garbage(program.workspaceBuffers[place.offset] / 4);
  const memory = garbage(length);
  const donor = place.kind === 'output' ? program.donors[place.index] : -1;
  if (place.kind === 'input') memory.set(bits(inputs[place.index]));
  else if (donor >= 0) memory.set(bits(inputs[donor]));
  else if (place.kind === 'constant') memory.set(bits(graph.constants.get(place.value)!));
  return memory;
}

function garbage(words: number): Uint32Array {
  return new Uint32Array(Math.ceil(words / 4) * 4).fill(0x7fc12345);
}

function bits(data: HostArray): Uint32Array {
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint32Array) {
    return new Uint32Array(data.slice().buffer);
  }
  return Uint32Array.from(data as Uint8Array);
}

function typed(words: Uint32Array, dtype: string): HostArray {
  if (dtype === 'float32') return new Float32Array(words.buffer);
  if (dtype === 'int32') return new Int32Array(words.buffer);
  return dtype === 'bool' ? Uint8Array.from(words) : words;
}
