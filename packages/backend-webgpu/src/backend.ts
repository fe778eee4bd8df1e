/** The webgpu backend: compiles graphs to kernels of the GPU and keeps values in its memory. */
import type {
  AnyNode,
  Aval,
  Backend,
  Buffer,
  Capabilities,
  CompileOptions,
  DType,
  DTypeSupport,
  Executable,
  Graph,
  HostArray,
  MemoryInfo,
} from '@addax/core';
import { abilitiesOf } from './device/abilities.ts';
import { usable, WebGpuBuffer } from './memory/buffer.ts';
import { fromWords, toWords } from './memory/words.ts';
import type { WebGpuOptions } from './options.ts';
import { WORD_BYTES } from './storage.ts';
import { Device } from './stream/device.ts';

const BUDGET_BYTES = 4 * 2 ** 30;

const DTYPES: Readonly<Record<DType, DTypeSupport>> = {
  float32: 'native',
  float16: 'emulated',
  bfloat16: 'emulated',
  float64: 'none',
  int8: 'emulated',
  int16: 'emulated',
  int32: 'native',
  int64: 'narrowed',
  uint8: 'emulated',
  uint16: 'emulated',
  uint32: 'native',
  bool: 'emulated',
};

/** What turns graphs into launches. */
export interface Compiler {
  /** Whether `compile` wants a composite as it is, rather than its body. */
  supports(node: AnyNode, avals: readonly Aval[]): boolean;
  compile(graph: Graph, options: CompileOptions, device: Device): Executable;
}

/** Trains and predicts on a GPU. */
export class WebGpuBackend implements Backend {
  readonly name = 'webgpu';
  readonly capabilities: Capabilities;
  /** For tests: counters, and the device itself. */
  readonly device: Device;
  private readonly compiler: Compiler;
  private readonly budgetBytes: number;

  constructor(gpu: GPUDevice, options: WebGpuOptions, compiler: Compiler) {
    const { budgetBytes = BUDGET_BYTES, poolBytes = budgetBytes / 2, gpu: entry } = options;
    this.device = new Device(gpu, {
      abilities: abilitiesOf(gpu, options.limits),
      poolBytes,
      budgetBytes,
      entry,
    });
    this.compiler = compiler;
    this.budgetBytes = budgetBytes;
    this.capabilities = {
      dtypes: this.device.abilities.halfFloats ? { ...DTYPES, float16: 'native' } : DTYPES,
      syncRead: false,
      stableBuffers: true,
      stepsInFlight: 3,
      hostMemory: false,
      maxBufferBytes: this.device.memory.maxBytes,
    };
  }

  /** The device is gone, or was given up: only a new backend helps. */
  get isLost(): boolean {
    return this.device.lost !== undefined;
  }

  supports(node: AnyNode, avals: readonly Aval[]): boolean {
    return this.compiler.supports(node, avals);
  }

  compile(graph: Graph, options: CompileOptions): Executable {
    this.device.requireAlive();
    return this.compiler.compile(graph, options, this.device);
  }

  upload(data: HostArray, aval: Aval): Buffer {
    const { device } = this;
    device.requireAlive();
    const words = toWords(data, aval, device.abilities);
    return new WebGpuBuffer(device.memory, words.byteLength, device.memory.upload(words));
  }

  download(buffer: Buffer, aval: Aval): Promise<HostArray> {
    const source = usable(buffer);
    return new Promise((resolve, reject) => {
      this.device.queue.enqueue(() => {
        this.read(source, aval).then(resolve, reject);
      });
    });
  }

  release(buffer: Buffer): void {
    if (!(buffer instanceof WebGpuBuffer) || buffer.isGiven) return;
    buffer.isGiven = true;
    this.device.queue.enqueue(() => buffer.give());
  }

  /** Counts the GPU memory that values and executables hold, in the sizes it comes in. */
  memory(): MemoryInfo {
    const { liveBytes, pooledBytes } = this.device.memory;
    return { liveBytes, pooledBytes, budgetBytes: this.budgetBytes };
  }

  sync(): Promise<void> {
    return this.device.sync();
  }

  /** Waits for work that is under way, then gives the device up. */
  dispose(): Promise<void> {
    return this.device.dispose();
  }

  /** Records the copy before it returns: whoever comes next may have the memory. */
  private async read(source: WebGpuBuffer, aval: Aval): Promise<HostArray> {
    this.device.requireAlive();
    const from = { memory: source.located(), offset: source.offset * WORD_BYTES };
    const bytes = await this.device.read(from, source.byteLength);
    return fromWords(bytes, aval, this.device.abilities);
  }
}
