/**
 * Which kernel makes a product, and in how many parts. Splitting the depth gives work to all of the
 * device where there are few results; a second pass adds the parts in their order, so that the same
 * call gives the same bits each time.
 */
import { extensions } from '@addax/codegen/device';
import { isFloat } from '@addax/core';
import type { Operand } from '../../launch.ts';
import { storedType, valueType } from '../../storage.ts';
import type { Call } from '../call.ts';
import { flatGroups } from '../words.ts';
import { type Product, type Side, greatest, runsInFours } from './problem.ts';
import { quadForm } from './quad.ts';
import { type Reading, Words, ending, putFunction } from './text.ts';
import { blockForm, launchBlocks, launchSingle } from './thread.ts';
import { STEP, type Split, TILE_BYTES, type TileShape, launchTile } from './tile.ts';

/** Workgroups (of tiles) or threads that keep a device busy. */
const BUSY_GROUPS = 120;
const BUSY_THREADS = 32768;
/** Blocks that keep a CPU busy: nothing else prefers them. */
const BUSY_BLOCKS = 2048;
/** A part of the depth is worth a workgroup from here on. */
const TILE_PART = 256;
const SINGLE_PART = 64;
/** Fewer rows or columns waste most of a tile. */
const THIN = 4;
/** Fewer multiplications are not worth a tile. */
const SMALL = 4096;

/** Writes the launches of a product. */
export function multiply(call: Call, product: Product): void {
  const { rows, columns, batches, phases, out } = product;
  if (out.elements === 0) return;
  const most = greatest(rows, phases?.rows);
  const deep = greatest(product.depth, phases?.depth);
  const isThin = Math.min(most, columns) < THIN || most * columns * deep <= SMALL;
  const count = batches * (phases?.count ?? 1);
  if (!isFloat(product.dtype) || isThin) {
    const wanted = BUSY_THREADS / (most * columns * count);
    split(call, product, wanted, SINGLE_PART, false, (parts) => launchSingle(call, product, parts));
    return;
  }
  const isWide = writesInFours(call, product);
  const readings = [reading(call, product.left), reading(call, product.right)] as const;
  const { workgroupTiles, workgroupBytes, quadLoads } = call.abilities;
  if (!workgroupTiles || workgroupBytes < TILE_BYTES) {
    const wanted = BUSY_BLOCKS / ((most * columns * count) / 16);
    const form = (quadLoads ? quadForm : blockForm)(product, readings[0]);
    split(call, product, wanted, TILE_PART, isWide, (parts) =>
      launchBlocks(call, product, readings, isWide, parts, form),
    );
    return;
  }
  const tile = tileFor(most, columns, count);
  const tiles = Math.ceil(most / (8 * tile.rows)) * Math.ceil(columns / (32 * tile.columns));
  split(call, product, BUSY_GROUPS / (tiles * count), TILE_PART, isWide, (parts) =>
    launchTile(call, product, tile, readings, isWide, parts),
  );
}

/** Big tiles load less per result, small ones give more workgroups and waste less at edges. */
function tileFor(rows: number, columns: number, count: number): TileShape {
  const tiles = Math.ceil(rows / 64) * Math.ceil(columns / 64) * count;
  if (rows > 32 && columns > 32 && tiles >= 4) return { rows: 8, columns: 2 };
  if (rows > 32 && tiles >= 4) return { rows: 8, columns: 1 };
  return { rows: 4, columns: 1 };
}

/** How an operand is read: in fours wherever its memory allows. */
function reading(call: Call, { operand, batch, free, depth, base }: Side): Reading {
  if (!call.isAligned(operand)) return 'single';
  if (runsInFours(depth, [free, batch], base)) return 'depth';
  return runsInFours(free, [depth, batch], base) ? 'free' : 'single';
}

function writesInFours(call: Call, { out, columns }: Product): boolean {
  if (call.epilogue !== undefined || !call.isAligned(out.operand)) return false;
  const list = [{ size: columns, stride: out.column }];
  return columns > 1 && runsInFours(list, [out.rows, out.batch], out.base);
}

/** Splits the depth into as many parts as are wanted and possible, and adds them up. */
function split(
  call: Call,
  product: Product,
  wanted: number,
  least: number,
  isWide: boolean,
  launch: (split: Split) => void,
): void {
  const { out, phases } = product;
  const deep = greatest(product.depth, phases?.depth);
  const { maxBindingBytes } = call.abilities;
  const most = Math.min(wanted, deep / least, maxBindingBytes / (4 * out.elements));
  const chunk = Math.ceil(deep / Math.max(1, Math.floor(most)) / STEP) * STEP;
  const parts = Math.ceil(deep / Math.max(chunk, STEP));
  if (parts <= 1) {
    launch({ parts: 1, chunk: deep, partial: undefined });
    return;
  }
  const partial = call.scratch(parts * out.elements);
  launch({ parts, chunk, partial });
  addParts(call, product, partial, parts, isWide);
}

const THREADS = 64;

/** The second pass: out[i] = Σ partial[part, i]. */
function addParts(
  call: Call,
  { label, dtype, out }: Product,
  partial: Operand,
  parts: number,
  isWide: boolean,
): void {
  const { epilogue } = call;
  const words = new Words(1 + (epilogue?.bindings.length ?? 1));
  const { term } = words;
  const type = valueType(dtype);
  const element = isWide ? `vec4<${type}>` : type;
  const [width, shift] = isWide ? ['4u', ' >> 2u'] : ['1u', ''];
  const add = dtype === 'bool' ? 'sum |= ' : 'sum += ';
  const text = `${putFunction(dtype, false, isWide)}
@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = ((group.y * groups.x + group.x) * ${THREADS}u + lane) * ${width};
  let elements = ${term(out.elements)};
  if (i >= elements) { return; }
  let parts = ${term(parts)};
  var at = i + p[0].x;
  var sum = ${element}();
  for (var part = 0u; part < parts; part++) {
    ${add}b0[at${shift}];
    at += elements;
  }
  put(i, sum);
}
`;
  const end = ending(epilogue, 1, words, out.operand, {
    type: storedType(dtype, call.abilities),
    isWide,
    value: element,
  });
  const params = Uint32Array.from([...words.values, ...end.params]);
  const size = Math.ceil((1 + end.uses.length + params.length) / 4);
  const code = `@group(0) @binding(0) var<storage, read> b0: array<${element}>;
${end.text}
@group(1) @binding(0) var<uniform> p: array<vec4<u32>, ${size}>;
${text}`;
  call.launch(
    {
      label: `${label} sum`,
      code: extensions(code) + code,
      bindings: ['read', ...end.uses],
      halves: [false, ...end.halves],
      words: params.length,
    },
    [partial, ...end.operands],
    params,
    flatGroups(out.elements / (isWide ? 4 : 1), THREADS, call.abilities.maxGroups),
  );
}
