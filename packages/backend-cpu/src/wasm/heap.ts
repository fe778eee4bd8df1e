/**
 * The one WebAssembly memory of a backend. Three things live in it: the scratch region, in which every
 * executable runs in turn; constants of executables; and resident buffers, variables whose memory
 * compiled updates write in place. Growing detaches every view, so views are made anew after it: of
 * resident buffers at once, of everything else when it is next used.
 */
import { Arena } from '@addax/codegen';
import type { DType } from '@addax/core';
import { OutOfMemoryError } from '@addax/core';
import type { CpuBuffer } from '../buffer.ts';
import { storedWidth, view } from '../storage.ts';
import type { Storage } from '../storage.ts';
import { engine } from './engine.ts';
import type { WasmMemory } from './engine.ts';

const PAGE = 65536;
const MAX_PAGES = 65536;
const ALIGNMENT = 64;
/** The memory grows by this much at least: growing is rare, and pages cost nothing until written. */
const MIN_GROWTH = 0x1000000;

interface Block {
  readonly offset: number;
  readonly bytes: number;
}

/** A resident buffer: where it lies, so that its view can be made again. */
interface Resident extends Block {
  readonly buffer: WeakRef<CpuBuffer>;
  readonly dtype: DType;
  readonly length: number;
}

/** Memory for executables and variables. */
export class Heap {
  private made: WasmMemory | undefined;
  private readonly arena = new Arena(ALIGNMENT);
  private readonly residents = new Map<number, Resident>();
  private scratchBlock: Block = { offset: 0, bytes: 0 };
  /** Changes whenever views or addresses taken before are no longer good. */
  epoch = 0;
  /** Frees the blocks of owners that were collected. */
  private readonly registry = new FinalizationRegistry<Block>((block) => this.give(block));

  /** The memory itself, made at the first need. */
  get memory(): WasmMemory {
    return (this.made ??= new (engine().Memory)({ initial: 16, maximum: MAX_PAGES }));
  }

  /** Bytes of resident buffers. */
  get residentBytes(): number {
    let bytes = 0;
    for (const resident of this.residents.values()) bytes += resident.bytes;
    return bytes;
  }

  /** Bytes of the memory that hold no resident buffer. */
  get pooledBytes(): number {
    return this.arena.bytes - this.residentBytes;
  }

  /** A view of part of the memory, good until {@link epoch} changes. */
  view(dtype: DType, offset: number, length: number): Storage {
    return view(dtype, this.memory.buffer, offset, length);
  }

  /** Address of the scratch region, which is at least this large afterwards. */
  scratch(bytes: number): number {
    if (bytes > this.scratchBlock.bytes) {
      this.give(this.scratchBlock);
      this.scratchBlock = { offset: 0, bytes: 0 };
      const size = Math.min(Math.ceil(bytes * 1.25), Math.max(bytes, MAX_PAGES * PAGE * 0.75));
      this.scratchBlock = { offset: this.take(size), bytes: size };
      this.epoch++;
    }
    return this.scratchBlock.offset;
  }

  /** A block that belongs to `owner` and is free again when the owner is collected. */
  allocate(owner: object, bytes: number): number {
    const offset = this.take(bytes);
    this.registry.register(owner, { offset, bytes });
    return offset;
  }

  /** Moves a buffer into the memory, where it stays. */
  reside(buffer: CpuBuffer, dtype: DType): void {
    const storage = buffer.storage;
    if (buffer.isResident || storage === undefined) return;
    const { length } = storage;
    const bytes = length * storedWidth(dtype);
    const offset = this.take(bytes);
    const place = this.view(dtype, offset, length);
    place.set(storage);
    buffer.storage = place;
    buffer.isResident = true;
    const resident = { offset, bytes, dtype, length, buffer: new WeakRef(buffer) };
    this.residents.set(offset, resident);
    this.registry.register(buffer, resident, buffer);
  }

  /** Takes the block of a resident buffer back. */
  release(buffer: CpuBuffer): void {
    const resident = this.residents.get(buffer.storage!.byteOffset);
    this.registry.unregister(buffer);
    if (resident !== undefined) this.give(resident);
  }

  private give(block: Block): void {
    if (block.bytes === 0) return;
    this.residents.delete(block.offset);
    this.arena.free(block.offset, block.bytes);
  }

  private take(bytes: number): number {
    const offset = this.arena.allocate(Math.max(bytes, 1));
    const size = this.memory.buffer.byteLength;
    const missing = offset + bytes - size;
    try {
      if (missing > 0) this.grow(missing, size, bytes);
    } catch (error) {
      this.arena.free(offset, Math.max(bytes, 1));
      throw error;
    }
    return offset;
  }

  private grow(missing: number, size: number, bytes: number): void {
    const pages = (amount: number): number => Math.ceil(amount / PAGE);
    const wanted = pages(Math.max(missing, MIN_GROWTH, size / 4));
    const room = MAX_PAGES - size / PAGE;
    try {
      this.memory.grow(Math.max(Math.min(wanted, room), pages(missing)));
    } catch {
      throw new OutOfMemoryError(
        `the cpu backend needs ${bytes} bytes more in its WebAssembly memory of ${size}, which ` +
          'cannot grow beyond 4 GiB; use smaller batches, or ADDAX_CPU_DIALECT=js, which has no ' +
          'such limit.',
      );
    }
    this.epoch++;
    for (const { buffer, dtype, offset, length } of this.residents.values()) {
      const alive = buffer.deref();
      if (alive !== undefined) alive.storage = this.view(dtype, offset, length);
    }
  }
}
