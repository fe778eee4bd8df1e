/**
 * A GPU device with all that belongs to it: memory, pipelines, bind groups, the stream of commands
 * and the order of jobs.
 */
import type { DeviceLostError } from '@addax/core';
import type { Abilities, Shader } from '../launch.ts';
import type { Memory } from '../memory/memory.ts';
import { Pool } from '../memory/pool.ts';
import { Readback } from '../memory/readback.ts';
import { BindGroups } from './bind-groups.ts';
import { type Counters, makeCounters } from './counters.ts';
import { Faults, lostError, refused } from './faults.ts';
import { ParameterPages, type Parameters } from './parameters.ts';
import { type Pipeline, Pipelines } from './pipelines.ts';
import { Queue } from './queue.ts';
import { type Range, Stream } from './stream.ts';

/** What a device is opened with. */
export interface DeviceSettings {
  readonly abilities: Abilities;
  /** Bytes that may lie unused in the pool. */
  readonly poolBytes: number;
  /** Bytes that may be in use and lie unused together, where that can be helped. */
  readonly budgetBytes: number;
  /** The entry to WebGPU that the device came through. */
  readonly entry?: unknown;
}

/** A device and its state. */
export class Device {
  readonly gpu: GPUDevice;
  readonly abilities: Abilities;
  /** Dynamic offsets of parameters are multiples of this many bytes. */
  readonly parameterAlignment: number;
  readonly counters: Counters = makeCounters();
  readonly faults: Faults = new Faults();
  readonly queue: Queue = new Queue();
  readonly stream: Stream;
  readonly memory: Pool;
  /**
   * Held as long as the device: in Node, an entry that is collected takes the locks of its devices
   * with it, and the process aborts at their next call.
   */
  protected readonly entry: unknown;
  private readonly pipelines: Pipelines;
  private readonly tables: ParameterPages;
  private readonly bindGroups: BindGroups;
  private readonly readback: Readback;

  constructor(gpu: GPUDevice, { abilities, poolBytes, budgetBytes, entry }: DeviceSettings) {
    const { counters, faults } = this;
    this.gpu = gpu;
    this.entry = entry;
    this.abilities = abilities;
    this.parameterAlignment = gpu.limits.minUniformBufferOffsetAlignment;
    this.stream = new Stream(gpu, faults, counters, () => this.memory.trim());
    this.bindGroups = new BindGroups(gpu, counters, abilities.maxBindingBytes);
    this.memory = new Pool(gpu, {
      submissions: this.stream,
      faults,
      counters,
      limits: {
        maxBytes:
          Math.floor(Math.min(abilities.maxBindingBytes, gpu.limits.maxBufferSize) / 16) * 16,
        poolBytes,
        budgetBytes,
      },
      destroyed: (memory) => this.bindGroups.drop(memory),
    });
    this.pipelines = new Pipelines(gpu, counters);
    const { parameters } = this.pipelines;
    this.tables = new ParameterPages(gpu, parameters, counters, this.parameterAlignment);
    this.readback = new Readback(gpu, this.stream, faults, counters);
    gpu.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      faults.record(refused([], event.error));
    });
    void gpu.lost.then((info) => faults.lose(lostError(info)));
  }

  /** The error of every call once the device is gone. */
  get lost(): DeviceLostError | undefined {
    return this.faults.lost;
  }

  /** Throws where the device is gone. */
  requireAlive(): void {
    if (this.faults.lost !== undefined) throw this.faults.lost;
  }

  /** The pipeline of a kernel: equal texts are one. `source` is where its node was written. */
  pipeline(shader: Shader, source?: string): Pipeline {
    return this.pipelines.of(shader, source);
  }

  /** Group 0 of a launch: one memory per binding of the pipeline. */
  bindGroup(pipeline: Pipeline, memories: readonly Memory[]): GPUBindGroup {
    return this.bindGroups.of(pipeline, memories);
  }

  /**
   * A table of parameters that holds these words. Launches begin at multiples of
   * `parameterAlignment`; the longest of them has `window` bytes.
   */
  parameters(words: Uint32Array, window: number): Parameters {
    const made = this.tables.take({ bytes: words.byteLength, window });
    if (words.length > 0) this.stream.write(made.page.buffer, made.offset, words);
    return made;
  }

  /** A table that no further work needs. */
  giveParameters(parameters: Parameters): void {
    const buffer = this.tables.give(parameters);
    if (buffer !== undefined) this.stream.doom(buffer);
  }

  /** The bytes as recorded work so far leaves them; the memory may be given back at once. */
  read(from: Range, bytes: number): Promise<ArrayBuffer> {
    return this.readback.read(from, bytes);
  }

  /** All jobs done, and all their work; throws the first error nobody was told of. */
  async sync(): Promise<void> {
    const mark = this.faults.mark();
    await this.queue.finished();
    this.stream.flush();
    if (this.lost === undefined) await this.gpu.queue.onSubmittedWorkDone().catch(() => undefined);
    this.faults.check(mark);
  }

  /** Waits for work that is under way, then lets everything go. */
  async dispose(): Promise<void> {
    await this.sync().catch(() => undefined);
    this.readback.dispose();
    this.gpu.destroy();
    await this.gpu.lost;
  }
}
