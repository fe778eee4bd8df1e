/**
 * The stream of commands: dispatches are recorded into one open compute pass and submitted together.
 * A compiled step is one submission; eager work gathers until the running job ends, or a read.
 */
import { profileSpan } from '@addax/core';
import type { Groups } from '../launch.ts';
import type { Memory } from '../memory/memory.ts';
import type { Counters } from './counters.ts';
import { type Faults, refused } from './faults.ts';
import type { Parameters } from './parameters.ts';
import { PassTimes } from './pass-times.ts';
import type { Pipeline } from './pipelines.ts';

/** Recorded commands after which eager work is submitted. */
const EAGER_LIMIT = 256;
/** Recorded commands after which any work is, so that the device begins and no watchdog bites. */
const LIMIT = 4096;
/** Written or destroyed bytes after which drivers must be given the chance to free memory. */
const LOOSE_BYTES = 64 * 2 ** 20;

/** Part of a memory, in bytes; multiples of four. */
export interface Range {
  readonly memory: { readonly gpu: GPUBuffer };
  readonly offset: number;
}

/** Workgroups in x, y and z that the device finds in a buffer, from this byte on. */
export interface IndirectGroups {
  readonly buffer: GPUBuffer;
  readonly offset: number;
}

/** Records and submits. */
export class Stream {
  /** Number of the next submission. */
  epoch = 0;
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;
  private readonly counters: Counters;
  private readonly submitted: () => void;
  private encoder: GPUCommandEncoder | undefined;
  private pass: GPUComputePassEncoder | undefined;
  private recorded = 0;
  private loose = 0;
  private pipeline: Pipeline | undefined;
  private group: GPUBindGroup | undefined;
  private labels: string[] = [];
  private doomed: GPUBuffer[] = [];
  private soon: Promise<void> | undefined;
  private readonly offsets = new Uint32Array(1);
  private readonly times: PassTimes | undefined;
  /** Dispatches of the open pass. */
  private inPass = 0;

  /** `submitted` is called after each submission. */
  constructor(gpu: GPUDevice, faults: Faults, counters: Counters, submitted: () => void) {
    this.gpu = gpu;
    this.faults = faults;
    this.counters = counters;
    this.submitted = submitted;
    this.times = PassTimes.of(gpu);
  }

  /** Whether there is recorded work. */
  get hasWork(): boolean {
    return this.recorded > 0;
  }

  /** Records a launch; the pipeline is ready. `offset` is in bytes, a multiple of the alignment. */
  dispatch(
    pipeline: Pipeline,
    group: GPUBindGroup,
    parameters: Parameters,
    offset: number,
    groups: Groups | IndirectGroups,
  ): void {
    const pass = this.pass ?? this.begin();
    if (pipeline !== this.pipeline) {
      pass.setPipeline(pipeline.gpu!);
      this.pipeline = pipeline;
      this.labels.push(pipeline.label);
    }
    if (group !== this.group) {
      pass.setBindGroup(0, group);
      this.group = group;
    }
    this.offsets[0] = parameters.offset + offset;
    pass.setBindGroup(1, parameters.group, this.offsets, 0, 1);
    if ('buffer' in groups) {
      pass.dispatchWorkgroupsIndirect(groups.buffer, groups.offset);
      this.counters.guarded++;
    } else {
      pass.dispatchWorkgroups(groups[0], groups[1], groups[2]);
    }
    this.counters.dispatches++;
    this.inPass++;
    if (++this.recorded >= LIMIT) this.flush();
  }

  /** Records a copy of bytes between two buffers; it ends the pass. */
  copy(from: Range, to: Range, bytes: number): void {
    const encoder = this.outside();
    encoder.copyBufferToBuffer(from.memory.gpu, from.offset, to.memory.gpu, to.offset, bytes);
    this.recorded++;
  }

  /** Records that bytes become zero; it ends the pass. */
  clear(memory: Memory, offset: number, bytes: number): void {
    this.outside().clearBuffer(memory.gpu, offset, bytes);
    this.recorded++;
  }

  /**
   * Writes words at once, before all recorded work. Where that work may use the buffer, `flush`
   * comes first.
   */
  write(buffer: GPUBuffer, offset: number, words: ArrayBufferView): void {
    this.gpu.queue.writeBuffer(buffer, offset, words as Uint32Array<ArrayBuffer>);
    this.counters.writes++;
    this.loosen(words.byteLength);
  }

  /** Destroys a buffer once recorded work that may use it is submitted. */
  doom(buffer: GPUBuffer): void {
    if (this.recorded > 0) this.doomed.push(buffer);
    else buffer.destroy();
  }

  /** Submits what is recorded. */
  flush(): void {
    const { encoder } = this;
    if (encoder === undefined) return;
    this.end();
    this.encoder = undefined;
    this.recorded = 0;
    this.loose = 0;
    this.epoch++;
    const { labels } = this;
    this.labels = [];
    if (this.faults.lost === undefined) {
      const end = profileSpan('gpu', 'submit');
      const collected = this.times?.collect(encoder);
      this.gpu.pushErrorScope('validation');
      this.gpu.queue.submit([encoder.finish()]);
      void this.faults.watch(this.gpu.popErrorScope(), (error) => refused(labels, error));
      this.counters.submits++;
      end();
      collected?.();
    }
    for (const buffer of this.doomed) buffer.destroy();
    this.doomed = [];
    this.submitted();
  }

  /** Submits when the running job ends, or now if much is recorded; resolves after it. */
  flushSoon(): Promise<void> {
    if (this.recorded >= EAGER_LIMIT) this.flush();
    this.soon ??= this.flushAfterJob();
    return this.soon;
  }

  private async flushAfterJob(): Promise<void> {
    await Promise.resolve();
    this.soon = undefined;
    this.flush();
  }

  /** Counts bytes that the driver frees at the next submission; an empty one if there are many. */
  loosen(bytes: number): void {
    this.loose += bytes;
    if (this.loose < LOOSE_BYTES || this.faults.lost !== undefined) return;
    this.loose = 0;
    if (this.encoder === undefined) this.gpu.queue.submit([]);
  }

  private begin(): GPUComputePassEncoder {
    this.encoder ??= this.gpu.createCommandEncoder();
    this.pass = this.encoder.beginComputePass(this.times?.begin());
    this.pipeline = undefined;
    this.group = undefined;
    return this.pass;
  }

  private end(): void {
    if (this.pass === undefined) return;
    this.pass.end();
    this.pass = undefined;
    this.times?.end(`pass of ${this.inPass}`);
    this.inPass = 0;
  }

  private outside(): GPUCommandEncoder {
    this.end();
    this.encoder ??= this.gpu.createCommandEncoder();
    return this.encoder;
  }
}
