/** Bind groups by what they bind: memory comes back from the pool in the same order, so few are made. */
import type { Memory } from '../memory/memory.ts';
import type { Counters } from './counters.ts';
import type { Pipeline } from './pipelines.ts';

/** Groups kept, at most; the oldest goes first. */
const LIMIT = 8192;

/** Makes bind groups of group 0. */
export class BindGroups {
  private readonly gpu: GPUDevice;
  private readonly counters: Counters;
  private readonly maxBindingBytes: number;
  private readonly known = new Map<string, GPUBindGroup>();

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
    this.counters.bindGroups++;
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
