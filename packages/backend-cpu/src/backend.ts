/** The cpu backend: compiles graphs to JavaScript and keeps values in typed arrays. */
import type {
  Aval,
  Backend,
  BackendModule,
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
import { ArgumentError, UnsupportedError } from '@addax/core';
import { CpuBuffer, storageOf } from './buffer.ts';
import { CpuExecutable } from './executable.ts';
import { canCompileText } from './kernels/compile.ts';
import { BASIC, type Library } from './library/library.ts';
import type { MachineParts } from './machine.ts';
import type { CpuPart } from './parts.ts';
import { wrap } from './lend.ts';
import { fromHost, toHost } from './storage.ts';

/** Options of the cpu backend. */
export interface CpuOptions {
  /** Walk kernels instead of compiling them to JavaScript. Default: only where text may not be. */
  readonly interpret?: boolean | undefined;
  /**
   * What kernels become: JavaScript, or WebAssembly with vector instructions. Default: the
   * environment variable `ADDAX_CPU_DIALECT`, else WebAssembly where it is there and the backend has
   * the part for it. The two agree within the rounding of float32 sums and functions.
   */
  readonly dialect?: 'js' | 'wasm' | undefined;
}

const DTYPES: Readonly<Record<DType, DTypeSupport>> = {
  float32: 'native',
  float16: 'emulated',
  bfloat16: 'emulated',
  float64: 'native',
  int8: 'native',
  int16: 'native',
  int32: 'native',
  int64: 'narrowed',
  uint8: 'native',
  uint16: 'native',
  uint32: 'native',
  bool: 'native',
};

/** What the cpu backend can do. */
const CAPABILITIES: Capabilities = {
  dtypes: DTYPES,
  syncRead: true,
  stableBuffers: true,
  stepsInFlight: 1,
  hostMemory: true,
  maxBufferBytes: 2 ** 31 - 1,
};

/** The reference backend. */
export class CpuBackend implements Backend {
  readonly name = 'cpu';
  readonly capabilities: Capabilities = CAPABILITIES;
  protected readonly parts: MachineParts;
  private live = 0;

  constructor(options: CpuOptions, parts: readonly CpuPart[]) {
    const interpret = options.interpret ?? !canCompileText();
    const interpreter = parts.find((part) => part.interpreter !== undefined)?.interpreter;
    if (interpret && interpreter === undefined) {
      throw new UnsupportedError(
        'a cpu backend compiles text, which the content security policy of this page forbids: ' +
          "allow 'unsafe-eval', or give cpuWith() the part interpreter.",
      );
    }
    const library = Object.assign({}, BASIC, ...parts.map((part) => part.library)) as Library;
    this.parts = { library, interpreter: interpret ? interpreter : undefined };
  }

  /** Every composite is inlined: here its body is its meaning. */
  supports(): boolean {
    return false;
  }

  compile(graph: Graph, options: CompileOptions): Executable {
    return new CpuExecutable(graph, options, this.parts, this.created);
  }

  upload(data: HostArray, aval: Aval, given = false): Buffer {
    const length = aval.shape.reduce((a, b) => a * b, 1);
    const storage = fromHost(data, aval.dtype, length, given);
    this.live += storage.byteLength;
    return new CpuBuffer(storage);
  }

  async download(buffer: Buffer, aval: Aval): Promise<HostArray> {
    return this.downloadSync(buffer, aval);
  }

  downloadSync(buffer: Buffer, aval: Aval): HostArray {
    return toHost(storageOf(buffer), aval.dtype);
  }

  /** int64 is kept in 32 bits, so it has no host array to show. */
  borrow(buffer: Buffer, aval: Aval): HostArray | undefined {
    return aval.dtype === 'int64' ? undefined : storageOf(buffer);
  }

  /** See `reserve` of the package. */
  reserve(_aval: Aval): Buffer | undefined {
    return undefined;
  }

  /** bool may come as other numbers than 0 and 1, and int64 is kept in 32 bits. */
  lend(data: HostArray, aval: Aval): Buffer | undefined {
    if (aval.dtype === 'int64' || aval.dtype === 'bool') return undefined;
    const buffer = wrap(data, aval);
    this.live += buffer.byteLength;
    return buffer;
  }

  release(buffer: Buffer): void {
    if (!(buffer instanceof CpuBuffer) || buffer.storage === undefined) return;
    this.live -= buffer.byteLength;
    buffer.storage = undefined;
  }

  /** Counts what was made and not released; buffers that were collected instead stay counted. */
  memory(): MemoryInfo {
    return { liveBytes: this.live, pooledBytes: 0, budgetBytes: Infinity };
  }

  async sync(): Promise<void> {}

  async dispose(): Promise<void> {}

  protected readonly created = (bytes: number): void => {
    this.live += bytes;
  };
}

/** A module that makes cpu backends of parts; the first dialect that is willing makes it. */
export function cpuModule(parts: readonly CpuPart[]): BackendModule {
  const create = (options: CpuOptions = {}): CpuBackend => {
    for (const name of Object.keys(options)) {
      if (name !== 'interpret' && name !== 'dialect') {
        throw new ArgumentError(
          `the cpu backend has no option "${name}"; it takes: interpret, dialect`,
        );
      }
    }
    const wanted = options.dialect;
    if (wanted !== undefined && wanted !== 'js' && wanted !== 'wasm') {
      throw new ArgumentError(`dialect is "${String(wanted)}"; it must be js or wasm`);
    }
    for (const { dialect } of parts) {
      const made = dialect?.(options, parts);
      if (made !== undefined) return made;
    }
    if (wanted === 'wasm') {
      throw new UnsupportedError(
        options.interpret === true
          ? "interpret: true walks kernels instead of compiling them: leave dialect: 'wasm' out"
          : "dialect: 'wasm' needs a part that this backend was made without: cpuWith(webAssembly)",
      );
    }
    return new CpuBackend(options, parts);
  };
  return {
    name: 'cpu',
    probe: async () => ({ ok: true, device: 'one core, JavaScript or WebAssembly' }),
    create: async (options) => create(options),
    createSync: create,
  };
}
