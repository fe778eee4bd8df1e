/**
 * A bare device for tests of single kernels: runs launches on host arrays, one after another, without
 * the backend around them. Node only; the driver is whatever Vulkan finds.
 */
import type { AnyNode, Aval, Node, OpName } from '@addax/core';
import { floatToHalf, halfToFloat } from '@addax/core';
import { create, globals } from 'webgpu';
import { hasQuads } from '../device/abilities.ts';
import type { Abilities, Groups, Operand, Shader } from '../launch.ts';
import type { Call, Epilogue, Lowering } from '../library/call.ts';
import { isHalf, type Storage, valueType } from '../storage.ts';

type Words = Float32Array | Int32Array | Uint32Array;

/** A device that was opened for a test file. */
export interface BenchDevice {
  readonly abilities: Abilities;
  /** Lowers a node, runs it on these operands (values as words, in the order of its inputs). */
  run<Op extends OpName>(
    lowering: Lowering<Op>,
    node: Pick<Node<Op>, 'op' | 'attrs'>,
    inputs: readonly { readonly aval: Aval; readonly data: Words }[],
    outputs: readonly Aval[],
    options?: { readonly abilities?: Partial<Abilities>; readonly epilogue?: Epilogue },
  ): Promise<Words[]>;
  /** Runs one shader on words; returns what all bindings hold after it. */
  runShader(
    shader: Shader,
    buffers: readonly Words[],
    params: readonly number[],
    groups: Groups,
  ): Promise<Words[]>;
  close(): void;
}

const FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups'];

/** Kept: some drivers abort when the instance is collected while its devices work. */
let gpu: GPU | undefined;

/** Opens a device on the first adapter. */
export async function openBenchDevice(): Promise<BenchDevice> {
  Object.assign(globalThis, globals);
  gpu ??= create([]);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('no WebGPU adapter: is there a Vulkan driver?');
  const { limits, features } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: FEATURES.filter((feature) => features.has(feature)),
    requiredLimits: {
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
    },
  });
  return new Bench(device);
}

const USAGE = { mapRead: 1, copySrc: 4, copyDst: 8, uniform: 64, storage: 128 };

class Bench implements BenchDevice {
  readonly abilities: Abilities;
  private readonly device: GPUDevice;
  private readonly pipelines = new Map<string, GPUComputePipeline>();

  constructor(device: GPUDevice) {
    this.device = device;
    const { limits, adapterInfo } = device;
    this.abilities = {
      maxBindings: limits.maxStorageBuffersPerShaderStage,
      maxThreads: limits.maxComputeInvocationsPerWorkgroup,
      workgroupBytes: limits.maxComputeWorkgroupStorageSize,
      maxBindingBytes: limits.maxStorageBufferBindingSize,
      maxGroups: limits.maxComputeWorkgroupsPerDimension,
      subgroups: false,
      halfFloats: device.features.has('shader-f16'),
      quadLoads: hasQuads(device),
      workgroupTiles: !adapterInfo.isFallbackAdapter,
      branchWork: Infinity,
    };
  }

  async run<Op extends OpName>(
    lowering: Lowering<Op>,
    node: Pick<Node<Op>, 'op' | 'attrs'>,
    inputs: readonly { readonly aval: Aval; readonly data: Words }[],
    outputs: readonly Aval[],
    options: { readonly abilities?: Partial<Abilities>; readonly epilogue?: Epilogue } = {},
  ): Promise<Words[]> {
    const avals = [...inputs.map(({ aval }) => aval), ...outputs];
    const wanted = { ...this.abilities, ...options.abilities };
    // They can be lowered only: the device may not know the type, or run threads otherwise.
    const abilities = {
      ...wanted,
      halfFloats: wanted.halfFloats && this.abilities.halfFloats,
      quadLoads: wanted.quadLoads && this.abilities.quadLoads,
    };
    const memory = inputs.map(({ data, aval }) => this.upload(halved(data, aval, abilities)));
    for (const aval of outputs) memory.push(this.empty(elements(aval)));
    const scratch: GPUBuffer[] = [];
    const call: Call = {
      avals,
      abilities,
      inPlace: false,
      input: (slot) => ({ kind: 'slot', slot }),
      output: (i) => ({ kind: 'slot', slot: inputs.length + i }),
      scratch: (words) => ({ kind: 'scratch', scratch: scratch.push(this.empty(words)) - 1 }),
      isAligned: () => true,
      epilogue: options.epilogue,
      launch: (shader, operands, params, groups) => {
        const bound = operands.map((operand) => this.find(operand, memory, scratch));
        this.dispatch(shader, bound, params, groups);
      },
    };
    const full = {
      ...node,
      inputs: inputs.map((_, i) => i),
      outputs: outputs.map((_, i) => inputs.length + i),
    } as unknown as Extract<AnyNode, { readonly op: Op }>;
    lowering(full, call);
    const results: Words[] = [];
    for (const [i, aval] of outputs.entries()) {
      const words = await this.read(memory[inputs.length + i]!, elements(aval));
      results.push(typed(widened(words, aval, abilities), valueType(aval.dtype)));
    }
    return results;
  }

  async runShader(
    shader: Shader,
    buffers: readonly Words[],
    params: readonly number[],
    groups: Groups,
  ): Promise<Words[]> {
    const bound = buffers.map((data) => this.upload(data));
    this.dispatch(shader, bound, params, groups);
    const results: Words[] = [];
    for (const [i, data] of buffers.entries()) {
      const bytes = await this.read(bound[i]!, data.length);
      const kind =
        data instanceof Float32Array ? 'f32' : data instanceof Int32Array ? 'i32' : 'u32';
      results.push(typed(bytes, kind));
    }
    return results;
  }

  close(): void {
    this.device.destroy();
  }

  private find(operand: Operand, memory: GPUBuffer[], scratch: GPUBuffer[]): GPUBuffer {
    return operand.kind === 'slot' ? memory[operand.slot]! : scratch[operand.scratch]!;
  }

  private dispatch(
    shader: Shader,
    bound: readonly GPUBuffer[],
    params: readonly number[] | Uint32Array,
    groups: Groups,
  ): void {
    const { device } = this;
    let pipeline = this.pipelines.get(shader.code);
    device.pushErrorScope('validation');
    if (pipeline === undefined) {
      const module = device.createShaderModule({ code: shader.code, label: shader.label });
      pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
      this.pipelines.set(shader.code, pipeline);
    }
    const count = shader.bindings.length;
    const words = new Uint32Array(Math.ceil((count + shader.words) / 4) * 4 || 4);
    words.set(params, count);
    const uniform = this.upload(words, USAGE.uniform);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = bound.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const layout = pipeline.getBindGroupLayout(0);
    pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
    pass.setBindGroup(
      1,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(1),
        entries: [{ binding: 0, resource: { buffer: uniform } }],
      }),
    );
    pass.dispatchWorkgroups(...groups);
    pass.end();
    device.queue.submit([encoder.finish()]);
    void this.watch(device.popErrorScope(), shader);
  }

  private async watch(scope: Promise<GPUError | null>, { label, code }: Shader): Promise<void> {
    const error = await scope;
    if (error !== null) this.failure ??= new Error(`${label}: ${error.message}\n${code}`);
  }

  private failure: Error | undefined;

  private empty(words: number): GPUBuffer {
    const usage = USAGE.storage | USAGE.copySrc | USAGE.copyDst;
    return this.device.createBuffer({ size: Math.max(16, Math.ceil(words / 4) * 16), usage });
  }

  private upload(data: Words | Uint16Array, extra = 0): GPUBuffer {
    const usage = USAGE.storage | USAGE.copySrc | USAGE.copyDst | extra;
    const buffer = this.device.createBuffer({
      size: Math.max(16, Math.ceil(data.byteLength / 16) * 16),
      usage,
    });
    this.device.queue.writeBuffer(buffer, 0, data as Uint32Array<ArrayBuffer>);
    return buffer;
  }

  private async read(buffer: GPUBuffer, words: number): Promise<ArrayBuffer> {
    const size = Math.max(4, words * 4);
    const usage = USAGE.mapRead | USAGE.copyDst;
    const staging = this.device.createBuffer({ size, usage });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(1);
    const copy = staging.getMappedRange().slice(0, words * 4);
    staging.unmap();
    if (this.failure !== undefined) throw this.failure;
    return copy;
  }
}

/** Values as they are stored. */
function halved(data: Words, { dtype }: Aval, storage: Storage): Words | Uint16Array {
  if (!isHalf(dtype, storage)) return data;
  return Uint16Array.from({ length: Math.ceil(data.length / 2) * 2 }, (_, i) =>
    floatToHalf(data[i] ?? 0),
  );
}

/** What is stored as values. */
function widened(bytes: ArrayBuffer, aval: Aval, storage: Storage): ArrayBuffer {
  if (!isHalf(aval.dtype, storage)) return bytes;
  return Float32Array.from(new Uint16Array(bytes).subarray(0, elements(aval)), halfToFloat).buffer;
}

function typed(bytes: ArrayBuffer, kind: 'f32' | 'i32' | 'u32'): Words {
  if (kind === 'f32') return new Float32Array(bytes);
  return kind === 'i32' ? new Int32Array(bytes) : new Uint32Array(bytes);
}

function elements({ shape }: Aval): number {
  return shape.reduce((a, b) => a * b, 1);
}
