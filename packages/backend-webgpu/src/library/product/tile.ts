/**
 * The fast kernel: a workgroup of 8 × 8 threads makes a tile of results, 16 steps of depth at a time
 * through workgroup memory. Each thread keeps its results in named vec4 variables, which compilers
 * hold in registers where arrays would go to memory. The way from a depth to an element is worked
 * out once per workgroup, in a table.
 */
import type { Call } from '../call.ts';
import type { Operand } from '../../launch.ts';
import { flatGroups } from '../words.ts';
import type { Product, Side, Term } from './problem.ts';
import { greatest } from './problem.ts';
import type { Reading, SideName } from './text.ts';
import { Frame, placeType, sideFunctions, strideFunction } from './text.ts';

/** Results of one thread: rows (4 or 8) and vec4s of columns (1 or 2). */
export interface TileShape {
  readonly rows: 4 | 8;
  readonly columns: 1 | 2;
}

/** A part of the depth for each of several workgroups. */
export interface Split {
  readonly parts: number;
  /** Depth of a part, a multiple of {@link STEP}. */
  readonly chunk: number;
  /** Where parts other than the only one go. */
  readonly partial: Operand | undefined;
}

/** Steps of depth between two barriers. */
export const STEP = 16;
const THREADS = 64;

/** Bytes of workgroup memory that the largest tile takes, tables included. */
export const TILE_BYTES: number = 2 * STEP * 64 * 4 + 2 * STEP * 16;

/** Launches the tile kernel. */
export function launchTile(
  call: Call,
  product: Product,
  tile: TileShape,
  readings: readonly [Reading, Reading],
  isWide: boolean,
  split: Split,
): void {
  const frame = new Frame(call, product, isWide, split.partial);
  const [rows, columns] = [8 * tile.rows, 32 * tile.columns];
  const { phases, batches } = product;
  const rowTiles = Math.ceil(greatest(product.rows, phases?.rows) / rows);
  const columnTiles = Math.ceil(product.columns / columns);
  const text = tileText(frame, tile, readings, { rowTiles, columnTiles, split });
  const count = rowTiles * columnTiles * batches * split.parts * (phases?.count ?? 1);
  frame.launch(product.label, readings, text, flatGroups(count, 1, call.abilities.maxGroups));
}

function hasTable({ depth, window }: Side): boolean {
  return window !== undefined || depth.length > 1;
}

function tileText(
  frame: Frame,
  tile: TileShape,
  readings: readonly [Reading, Reading],
  grid: { rowTiles: number; columnTiles: number; split: Split },
): string {
  const { product, words, type } = frame;
  const { left, right, out, phases } = product;
  const [rows, columns] = [8 * tile.rows, 32 * tile.columns];
  const loads = [
    new Load('a', left, readings[0], rows),
    new Load('b', right, readings[1], columns),
  ] as const;
  const tables = loads.filter(({ isTabled }) => isTabled);
  const fill = tables.map(({ name }) => `${name}_table[lane] = ${name}_depth(k0 + lane, kEnd);`);
  const fillText = fill.length === 0 ? '' : `if (lane < ${STEP}u) { ${fill.join(' ')} }`;
  const { term } = words;
  return `${phases?.declarations ?? ''}
${loads.map((load) => load.declarations(frame)).join('\n')}
${sideFunctions('a', left, readings[0], frame, true)}
${sideFunctions('b', right, readings[1], frame, true)}
${frame.outFunctions(out)}
${writeFunction(frame)}
@compute @workgroup_size(8, 8)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let number = group.y * groups.x + group.x;
  let columnTiles = ${term(grid.columnTiles)};
  let rowTiles = ${term(grid.rowTiles)};
  let parts = ${term(grid.split.parts)};
  let batches = ${term(product.batches)};
  let column0 = (number % columnTiles) * ${columns}u;
  let place1 = number / columnTiles;
  let row0 = (place1 % rowTiles) * ${rows}u;
  let place2 = place1 / rowTiles;
  let part = place2 % parts;
  let place3 = place2 / parts;
  let z = place3 % batches;
  let phase = place3 / batches;
  let phaseCount = ${term(phases?.count ?? 1)};
  ${phases?.prologue((value) => term(value)) ?? ''}
  // Workgroups without rows do nothing: drivers are slower behind a return.
  let rows = select(0u, ${term(product.rows)}, phase < phaseCount);
  let columns = ${term(product.columns)};
  let chunk = ${term(grid.split.chunk)};
  let kBegin = part * chunk;
  let kEnd = select(0u, min(${term(product.depth)}, kBegin + chunk), row0 < rows);
  let x = local.x;
  let y = local.y;
  ${loads.map((load) => load.start(term)).join('\n  ')}
  ${sums(tile)
    .map((name) => `var ${name} = vec4<${type}>();`)
    .join('\n  ')}
  ${fillText === '' ? '' : `{ let k0 = kBegin; ${fillText} }\n  workgroupBarrier();`}
  for (var k0 = kBegin; k0 < kEnd; k0 += ${STEP}u) {
    ${loads.map((load) => load.body()).join('\n    ')}
    workgroupBarrier();
    ${multiplyText(tile, rows, columns)}
    ${fillText.replaceAll('k0', `k0 + ${STEP}u`)}
    workgroupBarrier();
  }
  let out = out_batch(z) + part * ${term(out.elements)};
  ${writes(tile)}
}
`;
}

/** Loading a tile of one side into workgroup memory, transposed to vec4s of rows or columns. */
class Load {
  readonly name: SideName;
  readonly isTabled: boolean;
  private readonly side: Side;
  private readonly reading: Reading;
  private readonly extent: number;

  constructor(name: SideName, side: Side, reading: Reading, extent: number) {
    this.name = name;
    this.side = side;
    this.reading = reading;
    this.extent = extent;
    this.isTabled = hasTable(side);
  }

  declarations(frame: Frame): string {
    const { name, side, extent } = this;
    const tile = `var<workgroup> ${name}_tile: array<vec4<${frame.type}>, ${(STEP * extent) / 4}>;`;
    if (!this.isTabled) return `${tile}\n${strideFunction(name, this.reading, frame)}`;
    return `${tile}\nvar<workgroup> ${name}_table: array<${placeType(side)}, ${STEP}>;`;
  }

  /** A thread reads the same row or column at every depth, so its place is worked out once. */
  start(term: (value: Term) => string): string {
    const { name, extent, reading } = this;
    const [first, count] = name === 'a' ? ['row0', 'rows'] : ['column0', 'columns'];
    const line = reading === 'free' ? `(lane % ${extent / 4}u) * 4u` : `lane % ${extent}u`;
    const place = `let ${name}_line = ${name}_free(${first} + ${line}, ${count}, ${name}_batch(z));`;
    if (this.isTabled) return place;
    const stride = reading === 'depth' ? '1u' : term(this.side.depth[0].stride);
    return `${place}\n  let ${name}_stride = ${stride};`;
  }

  body(): string {
    const { name, extent, reading } = this;
    const fours = extent / 4;
    const load = (k: string): string =>
      this.isTabled
        ? `${name}_load(${name}_line, ${name}_table[${k}])`
        : `${name}_at(${name}_line, k0 + ${k}, kEnd, ${name}_stride)`;
    if (reading === 'free') {
      const steps = THREADS / fours;
      return repeat(STEP / steps, (i) => {
        const k = `(lane / ${fours}u + ${i * steps}u)`;
        return `${name}_tile[lane + ${i * THREADS}u] = ${load(k)};`;
      });
    }
    const quads = THREADS / extent;
    return repeat(STEP / 4 / quads, (i) => {
      const k = quads === 1 ? `${4 * i}u` : `((lane / ${extent}u + ${i * quads}u) * 4u)`;
      const cell = (j: number): string =>
        `${name}_tile[(${k} + ${j}u) * ${fours}u + (lane % ${extent}u) / 4u][lane % 4u]`;
      const single = (j: number): string => `${cell(j)} = ${load(`(${k} + ${j}u)`)};`;
      if (reading === 'single') return repeat(4, single);
      const stores = repeat(4, (j) => `${cell(j)} = quad.${'xyzw'[j]};`);
      return `{ let quad = ${load(k)}; ${stores} }`;
    });
  }
}

function repeat(count: number, text: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => text(i)).join('\n    ');
}

/** Names of a thread's sums: row by row. */
function sums({ rows, columns }: TileShape): string[] {
  const names: string[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) names.push(`sum${r}_${c}`);
  }
  return names;
}

function multiplyText(tile: TileShape, rows: number, columns: number): string {
  const lines: string[] = [];
  for (let c = 0; c < tile.columns; c++) {
    lines.push(`let b${c} = b_tile[k * ${columns / 4}u + x * ${tile.columns}u + ${c}u];`);
  }
  for (let r = 0; r < tile.rows; r++) {
    const four = r >> 2;
    if (r % 4 === 0) {
      lines.push(`let a${four} = a_tile[k * ${rows / 4}u + y * ${tile.rows / 4}u + ${four}u];`);
    }
    for (let c = 0; c < tile.columns; c++) {
      lines.push(`sum${r}_${c} += a${four}.${'xyzw'[r % 4]} * b${c};`);
    }
  }
  return `for (var k = 0u; k < ${STEP}u; k++) {
      ${lines.join('\n      ')}
    }`;
}

/** `write(row, column, rows, columns, out, value)`: four results of a row, if they are there. */
export function writeFunction({ isWide, product, words, type }: Frame): string {
  const head = `fn write(
  row: u32, column: u32, rows: u32, columns: u32, out: u32, value: vec4<${type}>,
) {
  if (row >= rows || column >= columns) { return; }
  let at = out + out_row(row)`;
  if (isWide) return `${head} + column;\n  put(at, value);\n}`;
  const step = words.term(product.out.column);
  return `${head} + column * ${step};
  put(at, value.x);
  if (column + 1u < columns) { put(at + ${step}, value.y); }
  if (column + 2u < columns) { put(at + 2u * ${step}, value.z); }
  if (column + 3u < columns) { put(at + 3u * ${step}, value.w); }
}`;
}

function writes(tile: TileShape): string {
  return sums(tile)
    .map((name, i) => {
      const row = `row0 + y * ${tile.rows}u + ${Math.floor(i / tile.columns)}u`;
      const column = `column0 + (x * ${tile.columns}u + ${i % tile.columns}u) * 4u`;
      return `write(${row}, ${column}, rows, columns, out, ${name});`;
    })
    .join('\n  ');
}
