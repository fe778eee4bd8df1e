/** Bind groups by what they bind: memory comes back from the pool in the same order, so few are made. */
import type { Memory } from '../memory/memory.ts';
import type { Counters } from './counters.ts';
import type { Pipeline } from './pipelines.ts';

/** Groups kept, at most; the oldest goes first. */
const LIMIT = 4096;
/** The weight of a group that the collector is shown, and how many are weighed together. */
const GROUP_BYTES = 16_384;
const WEIGHED = 256;

/**
 * Only the collector frees bind groups, and it does not know that a driver has memory behind each: a
 * loop of eager work can use up all allocations there are before it looks. So it is shown their
 * weight, as a buffer that is never touched and lives as long as the groups it stands for.
 */
const WEIGHTS = new WeakMap<GPUBindGroup, ArrayBuffer>();

/** Makes bind groups of group 0. */
export class BindGroups {
  private readonly gpu: GPUDevice;
  private readonly counters: Counters;
  private readonly maxBindingBytes: number;
  private readonly known = new Map<string, GPUBindGroup>();
  private weight: ArrayBuffer | undefined;

  constructor(gpu: GPUDevice, counters: Counters, maxBindingBytes: number) {
    this.gpu = gpu;
    this.counters = counters;
    this.maxBindingBytes = maxBindingBytes;
  }

  /** The group that binds this memory, one per binding, for pipelines of this layout. */
  of({ label, layout }: Pipeline, memories: readonly Memory[]): GPUBindGroup {
    let { key } = layout;
    for (const memory of memories) key += `,${memory.id}`;
    let group = this.known.get(key);
    if (group !== undefined) return group;
    group = this.gpu.createBindGroup({
      label,
      layout: layout.bindings,
      entries: memories.map(({ gpu, bytes }, binding) => ({
        binding,
        resource: { buffer: gpu, size: Math.min(bytes, this.maxBindingBytes) },
      })),
    });
    if (this.counters.bindGroups++ % WEIGHED === 0 || this.weight === undefined) {
      this.weight = new ArrayBuffer(WEIGHED * GROUP_BYTES);
    }
    WEIGHTS.set(group, this.weight);
    this.known.set(key, group);
    for (const memory of memories) this.note(memory, key);
    if (this.known.size > LIMIT) this.known.delete(this.known.keys().next().value!);
    return group;
  }

  /** Memory that lives long may see many groups come and go. */
  private note(memory: Memory, key: string): void {
    memory.groups.push(key);
    if (memory.groups.length < 2 * LIMIT) return;
    memory.groups = memory.groups.filter((other) => this.known.has(other));
  }

  /** Forgets what binds memory that is no more. */
  drop(memory: Memory): void {
    for (const key of memory.groups) this.known.delete(key);
    memory.groups.length = 0;
  }
}
