/**
 * Tables of parameters: the words of many launches, read at dynamic offsets. Eager work has thousands
 * of executables with a table of some hundred bytes each, so tables share pages: drivers take a whole
 * allocation for every buffer, and some have room for few.
 */
import type { Counters } from './counters.ts';

/** UNIFORM | COPY_DST. */
const USAGE = 64 | 8;
/** A page; tables of more than a quarter of it have a buffer of their own. */
const PAGE_BYTES = 65_536;
/** What kernels may see behind the last table of a page. */
const MARGIN = 4096;
/** The smallest window: tables whose windows are near one another share a bind group. */
const WINDOW = 256;

/** A buffer with tables in it. */
interface Page {
  readonly buffer: GPUBuffer;
  /** Bind groups by their window. */
  readonly groups: Map<number, GPUBindGroup>;
  /** Bytes given out. */
  used: number;
  tables: number;
}

/** The parameter words of an executable's launches. */
export interface Parameters {
  readonly page: Page;
  /** Where in the page the table begins, in bytes; part of every dynamic offset. */
  readonly offset: number;
  /** Binds group 1: the page, of which a kernel sees a window from the dynamic offset on. */
  readonly group: GPUBindGroup;
}

/** Makes tables. */
export class ParameterPages {
  private readonly gpu: GPUDevice;
  private readonly layout: GPUBindGroupLayout;
  private readonly counters: Counters;
  private readonly alignment: number;
  private current: Page | undefined;

  constructor(
    gpu: GPUDevice,
    layout: GPUBindGroupLayout,
    counters: Counters,
    /** Tables begin at multiples of this many bytes. */
    alignment: number,
  ) {
    this.gpu = gpu;
    this.layout = layout;
    this.counters = counters;
    this.alignment = alignment;
  }

  /** Room for a table of `bytes` bytes of which kernels see up to `window` from their offset on. */
  take(size: { readonly bytes: number; readonly window: number }): Parameters {
    const window = Math.max(WINDOW, 2 ** Math.ceil(Math.log2(size.window)));
    const bytes = roundUp(Math.max(size.bytes, 16), this.alignment);
    const page = this.pageFor(bytes, window);
    const offset = page.used;
    page.used += bytes;
    page.tables++;
    return { page, offset, group: this.groupOf(page, window) };
  }

  /** A table is no longer used; gives the buffer that nobody needs then, if there is one. */
  give({ page }: Parameters): GPUBuffer | undefined {
    page.tables--;
    return page.tables === 0 && page !== this.current ? page.buffer : undefined;
  }

  private groupOf({ buffer, groups }: Page, window: number): GPUBindGroup {
    let group = groups.get(window);
    if (group === undefined) {
      const entries = [{ binding: 0, resource: { buffer, size: window } }];
      group = this.gpu.createBindGroup({ label: 'parameters', layout: this.layout, entries });
      groups.set(window, group);
      this.counters.bindGroups++;
    }
    return group;
  }

  private pageFor(bytes: number, window: number): Page {
    if (bytes > PAGE_BYTES / 4 || window > MARGIN) return this.create(bytes + window);
    if (this.current === undefined || this.current.used + bytes > PAGE_BYTES) {
      this.current = this.create(PAGE_BYTES + MARGIN);
    }
    return this.current;
  }

  private create(size: number): Page {
    this.counters.buffers++;
    const buffer = this.gpu.createBuffer({ label: 'parameters', size, usage: USAGE });
    return { buffer, groups: new Map(), used: 0, tables: 0 };
  }
}

function roundUp(bytes: number, multiple: number): number {
  return Math.ceil(bytes / multiple) * multiple;
}
