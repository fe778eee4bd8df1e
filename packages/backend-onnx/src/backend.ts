/** The onnx backend: compiles graphs to sessions of ONNX Runtime and keeps values in typed arrays. */
import type {
  AnyNode,
  Aval,
  Backend,
  Buffer,
  Capabilities,
  CompileOptions,
  Executable,
  Graph,
  HostArray,
  MemoryInfo,
} from '@addax/core';
import { optimize, profileSpan } from '@addax/core';
import { supportsComposite, unsupported } from '@addax/onnx';
import { innerOf, OnnxBuffer, usable } from './buffer.ts';
import { OnnxExecutable, type Surroundings } from './executable.ts';
import { makeHost, memoryOf } from './host.ts';
import type { OnnxOptions } from './options.ts';
import { chooseLoop, describeChoice, figuresOf } from './partition/loops.ts';
import { type Part, partition, wholeOnHost } from './partition/parts.ts';
import { isSmall } from './partition/work.ts';
import { Queue } from './queue.ts';
import type { Ort } from './runtime.ts';
import { Sessions } from './session.ts';

/** Trains and predicts through ONNX Runtime. */
export class OnnxBackend implements Backend {
  readonly name = 'onnx';
  readonly #options: OnnxOptions;
  readonly #host = makeHost();
  /** Those of the host, which does what the runtime cannot and whose memory values lie in. */
  readonly capabilities: Capabilities = {
    ...this.#host.capabilities,
    // A run may be under way, and nothing in JavaScript can wait for it.
    syncRead: false,
    stepsInFlight: 3,
  };
  readonly #queue = new Queue();
  readonly #surroundings: Surroundings;
  #live = 0;

  constructor(ort: Ort, options: OnnxOptions) {
    this.#options = options;
    this.#surroundings = {
      host: this.#host,
      queue: this.#queue,
      sessions: new Sessions(ort, options),
      freezeWeights: options.freezeWeights ?? true,
      created: (bytes) => {
        this.#live += bytes;
      },
    };
  }

  /** All of them: {@link compile} inlines the others when it knows what the graph is for. */
  supports(node: AnyNode, _avals: readonly Aval[]): boolean {
    return node.op === 'call';
  }

  compile(graph: Graph, options: CompileOptions): Executable {
    const { donate } = options;
    if (this.#isForHost(graph)) {
      return new OnnxExecutable(graph, wholeOnHost(graph, donate), options, this.#surroundings);
    }
    const { inlined, parts } = cutUp(graph, options);
    return new OnnxExecutable(inlined, parts, options, this.#surroundings);
  }

  /** By the rule of `partition/loops.ts`; small steps are quicker on the host than either. */
  prefersLoop(step: Graph, options: CompileOptions, count: number): boolean {
    if (this.#isForHost(step)) return false;
    const { inlined, parts } = cutUp(step, options);
    const donated = options.donate.map(([input]) => input);
    const choice = chooseLoop(figuresOf(inlined, parts, donated), count);
    profileSpan('compile', `${options.label} ×${count}: ${describeChoice(choice)}`)();
    return choice.isLoop;
  }

  #isForHost(graph: Graph): boolean {
    return this.#options.forceOnnx !== true && isSmall(graph);
  }

  upload(data: HostArray, aval: Aval, given = false): Buffer {
    const inner = this.#host.upload(data, aval, given);
    this.#live += inner.byteLength;
    return new OnnxBuffer(inner.byteLength, inner);
  }

  download(buffer: Buffer, aval: Aval): Promise<HostArray> {
    const source = usable(buffer);
    return new Promise((resolve, reject) => {
      this.#queue.enqueue(() => {
        try {
          resolve(this.#host.downloadSync!(innerOf(source), aval));
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  /** While nothing is under way; int64 is kept in 32 bits, so it has no host array to show. */
  borrow(buffer: Buffer, aval: Aval): HostArray | undefined {
    const { inner } = usable(buffer);
    if (!this.#queue.idle || inner === undefined || aval.dtype === 'int64') return undefined;
    return memoryOf(inner);
  }

  lend(data: HostArray, aval: Aval): Buffer | undefined {
    const inner = this.#host.lend!(data, aval);
    if (inner === undefined) return undefined;
    this.#live += inner.byteLength;
    return new OnnxBuffer(inner.byteLength, inner);
  }

  release(buffer: Buffer): void {
    if (!(buffer instanceof OnnxBuffer) || buffer.isGiven) return;
    buffer.isGiven = true;
    this.#queue.enqueue(() => {
      this.#live -= buffer.byteLength;
      if (buffer.inner !== undefined) this.#host.release(buffer.inner);
      buffer.inner = undefined;
    });
  }

  /** Counts what was made and not released; buffers that were collected instead stay counted. */
  memory(): MemoryInfo {
    return { liveBytes: this.#live, pooledBytes: 0, budgetBytes: Infinity };
  }

  sync(): Promise<void> {
    return this.#queue.finished();
  }

  async dispose(): Promise<void> {
    await this.#queue.finished();
  }
}

/** The graph with the composites that the runtime has, and its parts. */
function cutUp(
  graph: Graph,
  { donate }: CompileOptions,
): { readonly inlined: Graph; readonly parts: readonly Part[] } {
  const training = isTraining(graph);
  const inlined = optimize(graph, (node, avals) => supportsComposite(node, avals, { training }));
  const parts = partition(inlined, {
    donate,
    unsupported: (node, { avals }) => unsupported(node, avals) !== undefined,
  });
  return { inlined, parts };
}

/** Whether a graph holds gradients: then composites give way to the values their gradients need. */
function isTraining(graph: Graph): boolean {
  return graph.nodes.some(
    (node) =>
      (node.op === 'call' && node.attrs.name.endsWith('Grad')) ||
      (node.op === 'scan' && isTraining(node.attrs.body)),
  );
}
