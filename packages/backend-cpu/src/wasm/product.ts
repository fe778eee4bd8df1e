/**
 * Matrix products of float32 in WebAssembly: what blocks to pack and multiply in which order. Sums
 * run in float32 over blocks of the contraction, and the blocks are added up: every element depends
 * on the depth of the product alone, never on its neighbours or on where tiles end.
 */
import type { Kept } from '../library/call.ts';
import type { WasmCompiler, WasmKernel } from './compile.ts';
import {
  TILE_COLUMNS,
  TILE_ROWS,
  packAnyCode,
  packNeighboursCode,
  packRunsCode,
  tilesCode,
  writeCode,
} from './product-code.ts';

/** Most contracted indices per block. */
const DEPTH_BLOCK = 256;
/** Rows per block of A. */
const ROW_BLOCK = 16 * TILE_ROWS;
/** Bytes of B that are packed at once. */
const COLUMN_BYTES = 1 << 22;
/** Up to this depth, columns are packed for the whole contraction. */
const WIDE_DEPTH = 1024;
/** Results of a deeper contraction that are held at once. */
const DEEP_ROWS = 16 * ROW_BLOCK;
const DEEP_COLUMNS = 512;

type Allocate = (length: number) => Kept;

/** Byte offsets of lines or of depths. */
export class OffsetTable {
  readonly offsets: Int32Array;
  private readonly kept: Kept;

  constructor(offsets: Int32Array, allocate: Allocate) {
    this.offsets = offsets;
    this.kept = allocate(offsets.length);
  }

  /** Puts the table into the memory and returns its address. */
  place(): number {
    const { storage } = this.kept;
    storage.set(this.offsets);
    return storage.byteOffset;
  }
}

/** One operand: element (line, depth) lies at source + lines[line] + depths[depth]. */
export interface Operand {
  readonly lines: OffsetTable;
  readonly depths: OffsetTable;
}

type Packing = 'neighbours' | 'runs' | 'any';

/** How the lines of an operand are packed, by what neighbours one another. */
function packingOf({ lines, depths }: Operand, step: number): Packing {
  if (isInRuns(lines.offsets, 8)) return 'neighbours';
  return step % 4 === 0 && isInRuns(depths.offsets, 4) ? 'runs' : 'any';
}

/** Whether a table is runs of `length` neighbours, but for an incomplete last one. */
function isInRuns(offsets: Int32Array, length: number): boolean {
  for (let i = 0; i < offsets.length; i++) {
    if (i % length !== 0 && offsets[i] !== offsets[i - 1] + 4) return false;
  }
  return true;
}

/** The functions behind products, for one memory. */
export interface ProductKernels {
  readonly tiles: WasmKernel;
  readonly write: WasmKernel;
  /** By packing, for rows and for columns. */
  readonly pack: Readonly<Record<Packing, readonly [rows: WasmKernel, columns: WasmKernel]>>;
}

/** Compiles the functions of products; the compiler keeps them. */
export function productKernels(compiler: WasmCompiler): ProductKernels {
  const codes = [packNeighboursCode, packRunsCode, packAnyCode].flatMap((code) => [
    code(TILE_ROWS),
    code(TILE_COLUMNS),
  ]);
  const [tiles, write, ...pack] = compiler.place([tilesCode(), writeCode(), ...codes]);
  return {
    tiles,
    write,
    pack: {
      neighbours: [pack[0], pack[1]],
      runs: [pack[2], pack[3]],
      any: [pack[4], pack[5]],
    },
  };
}

function ceilTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** A product of fixed sizes; rows of a and columns of b are the lines of the operands. */
export class Product {
  private readonly kernels: ProductKernels;
  private readonly a: Operand;
  private readonly b: Operand;
  private readonly out: OffsetTable;
  private readonly outStep: number;
  private readonly rows: number;
  private readonly columns: number;
  private readonly depth: number;
  /** Contracted indices per block. */
  private readonly step: number;
  private readonly columnBlock: number;
  private readonly packedRows: Kept;
  private readonly packedColumns: Kept;
  private readonly results: Kept;
  private readonly packRows: WasmKernel;
  private readonly packColumns: WasmKernel;
  private readonly packAnyColumns: WasmKernel;
  private readonly packAnyRows: WasmKernel;
  private readonly isNeighbourly: readonly [rows: boolean, columns: boolean];
  private readonly addresses: Addresses = {
    a: 0,
    b: 0,
    out: 0,
    aLines: 0,
    aDepths: 0,
    bLines: 0,
    bDepths: 0,
    outRows: 0,
  };

  /** `out` has the byte offsets of result rows, `outStep` the distance of result columns. */
  constructor(
    kernels: ProductKernels,
    a: Operand,
    b: Operand,
    out: OffsetTable,
    outStep: number,
    share: (name: string, length: number) => Kept,
  ) {
    this.kernels = kernels;
    this.a = a;
    this.b = b;
    this.out = out;
    this.outStep = outStep;
    this.rows = a.lines.offsets.length;
    this.columns = b.lines.offsets.length;
    this.depth = a.depths.offsets.length;
    const blocks = Math.max(1, Math.ceil(this.depth / DEPTH_BLOCK));
    this.step = ceilTo(Math.max(1, this.depth / blocks), 4);
    // Runs of four must not be torn at the end.
    const grain = this.depth % 4 === 0 ? 4 : 1;
    const [rowPacking, columnPacking] = [packingOf(a, grain), packingOf(b, grain)];
    const { pack } = kernels;
    this.packRows = pack[rowPacking][0];
    this.packColumns = pack[columnPacking][1];
    this.packAnyRows = pack.any[0];
    this.packAnyColumns = pack.any[1];
    this.isNeighbourly = [rowPacking === 'neighbours', columnPacking === 'neighbours'];
    const isWide = this.depth <= WIDE_DEPTH;
    const fit = Math.floor(COLUMN_BYTES / 4 / Math.max(this.depth, 1) / TILE_COLUMNS);
    this.columnBlock = isWide
      ? Math.min(this.columns, Math.max(1, fit) * TILE_COLUMNS)
      : Math.min(this.columns, DEEP_COLUMNS);
    const width = ceilTo(this.columnBlock, TILE_COLUMNS);
    const height = isWide ? ROW_BLOCK : Math.min(ceilTo(this.rows, ROW_BLOCK), DEEP_ROWS);
    this.packedRows = share('rows', ROW_BLOCK * this.step);
    this.packedColumns = share('columns', width * (isWide ? ceilTo(this.depth, 4) : this.step));
    this.results = share('results', height * width);
  }

  /** Puts the tables into the memory: once before {@link run} is called, however often. */
  place(): void {
    const { addresses } = this;
    addresses.aLines = this.a.lines.place();
    addresses.aDepths = this.a.depths.place();
    addresses.bLines = this.b.lines.place();
    addresses.bDepths = this.b.depths.place();
    addresses.outRows = this.out.place();
  }

  /** Multiplies operands at addresses. */
  run(a: number, b: number, out: number): void {
    const { rows, columns, columnBlock, addresses: at } = this;
    if (rows === 0 || columns === 0) return;
    at.a = a;
    at.b = b;
    at.out = out;
    for (let column = 0; column < columns; column += columnBlock) {
      const width = Math.min(columnBlock, columns - column);
      if (this.depth <= WIDE_DEPTH) this.wide(at, column, width);
      else this.deep(at, column, width);
    }
  }

  /** Columns are packed for the whole contraction; blocks of rows pass by. */
  private wide(at: Addresses, column: number, width: number): void {
    const { rows, depth, step, results, kernels, outStep } = this;
    const across = Math.ceil(width / TILE_COLUMNS);
    const stride = across * TILE_COLUMNS;
    const packed = this.packedColumns.storage.byteOffset;
    for (let k = 0; k < depth; k += step) {
      this.pack('columns', at, column, width, k, packed + k * stride * 4);
    }
    for (let row = 0; row < rows; row += ROW_BLOCK) {
      const height = Math.min(ROW_BLOCK, rows - row);
      const down = Math.ceil(height / TILE_ROWS);
      results.storage.fill(0, 0, down * TILE_ROWS * stride);
      const { byteOffset } = results.storage;
      for (let k = 0; k < depth; k += step) {
        const span = Math.min(step, depth - k);
        const from = this.packedRows.storage.byteOffset;
        this.pack('rows', at, row, height, k, from);
        kernels.tiles(from, packed + k * stride * 4, span, down, across, byteOffset, stride * 4);
      }
      const out = at.out + column * outStep;
      kernels.write(byteOffset, stride * 4, height, width, out, at.outRows + row * 4, outStep);
    }
  }

  /** Few results from a long contraction: all of them stay, blocks of the contraction pass by. */
  private deep(at: Addresses, column: number, width: number): void {
    const { rows, depth, step, results, kernels, outStep } = this;
    const across = Math.ceil(width / TILE_COLUMNS);
    const stride = across * TILE_COLUMNS;
    const packed = this.packedColumns.storage.byteOffset;
    const from = this.packedRows.storage.byteOffset;
    for (let top = 0; top < rows; top += DEEP_ROWS) {
      const bottom = Math.min(top + DEEP_ROWS, rows);
      results.storage.fill(0, 0, ceilTo(bottom - top, TILE_ROWS) * stride);
      const { byteOffset } = results.storage;
      for (let k = 0; k < depth; k += step) {
        const span = Math.min(step, depth - k);
        this.pack('columns', at, column, width, k, packed);
        for (let row = top; row < bottom; row += ROW_BLOCK) {
          const height = Math.min(ROW_BLOCK, bottom - row);
          this.pack('rows', at, row, height, k, from);
          const to = byteOffset + (row - top) * stride * 4;
          kernels.tiles(from, packed, span, Math.ceil(height / TILE_ROWS), across, to, stride * 4);
        }
      }
      const out = at.out + column * outStep;
      const table = at.outRows + top * 4;
      kernels.write(byteOffset, stride * 4, bottom - top, width, out, table, outStep);
    }
  }

  /** Packs a block of lines over a block of the contraction. */
  private pack(
    side: 'rows' | 'columns',
    at: Addresses,
    first: number,
    count: number,
    k: number,
    into: number,
  ): void {
    const isRows = side === 'rows';
    const span = Math.min(this.step, this.depth - k);
    const source = isRows ? at.a : at.b;
    const lines = (isRows ? at.aLines : at.bLines) + first * 4;
    const depths = (isRows ? at.aDepths : at.bDepths) + k * 4;
    const lanes = isRows ? TILE_ROWS : TILE_COLUMNS;
    // The last panel may be incomplete, and neighbours beyond the end are not ours to read.
    const whole = this.isNeighbourly[isRows ? 0 : 1] ? count - (count % lanes) : count;
    const pack = isRows ? this.packRows : this.packColumns;
    pack(source, lines, whole, depths, span, into);
    if (whole === count) return;
    const packAny = isRows ? this.packAnyRows : this.packAnyColumns;
    const rest = count - whole;
    packAny(source, lines + whole * 4, rest, depths, span, into + whole * span * 4);
  }
}

interface Addresses {
  a: number;
  b: number;
  out: number;
  aLines: number;
  aDepths: number;
  bLines: number;
  bDepths: number;
  outRows: number;
}
