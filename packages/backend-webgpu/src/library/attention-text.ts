/**
 * The text of attention. A workgroup of 8 × 8 threads has 32 targets: each thread the scores of four
 * targets with four sources of a block of 32, and of four targets the sums of every eighth vector of
 * columns. Queries and keys come through workgroup memory, 16 columns at a time.
 */
import { wgslFunctions } from '@addax/codegen/device';
import type { DType } from '@addax/core';
import type { Binding } from './words.ts';

/** Threads of a workgroup. */
export const THREADS = 64;
/** Targets of a workgroup, and sources that it takes at a time. */
export const BLOCK = 32;
/** Columns of values that a thread and its neighbours take at a time. */
export const COLUMNS = 32;
/** Vectors of a row that come through workgroup memory at a time, and what a row takes there. */
const STEP = 4;
/** An odd stride keeps neighbours out of each other's banks. */
const STRIDE = STEP + 1;

const ROWS = [0, 1, 2, 3];
const PARTS = ['x', 'y', 'z', 'w'];

/** Parameters, in this order. */
export const NAMES: readonly string[] = (
  'count blocks heads targets sources keyHeads group_heads depth columns scale lowest unseen ' +
  'bias0 bias1 bias2 bias3 mask0 mask1 mask2 mask3'
).split(' ');

/** What a composite may have beside query, key and value. */
export interface Extras {
  readonly bias: boolean;
  readonly mask: boolean;
  readonly causal: boolean;
}

/**
 * Whether sources that no target of a workgroup sees are skipped. Without a bias or mask every target
 * sees its first source, so that what it does not see weighs nothing.
 */
export function skipsSources({ bias, mask, causal }: Extras): boolean {
  return causal && !bias && !mask;
}

/** What a text depends on. */
export interface AttentionKind extends Extras {
  /** Types of query, key, value, bias, mask and result, as far as they are there. */
  readonly bindings: readonly Type[];
  readonly dtype: DType;
  /** How often {@link COLUMNS} cover the columns of a value. */
  readonly chunks: number;
  /** Results go to an epilogue. */
  readonly fused: boolean;
}

type Type = Binding['type'];

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/**
 * `fn <name>(row, at, size)`: vector `at` of the row of `size` columns from element `row` on. Beyond
 * its end are values that nobody may use. Loads without branches: these cost more than what they spare.
 */
function rowFunction(name: string, binding: number, type: Type): string {
  const head = `fn ${name}(row: u32, at: u32, size: u32) -> vec4<f32>`;
  if (type.startsWith('vec4')) {
    return `${head} {
  return vec4<f32>(b${binding}[(row >> 2u) + min(at, (size >> 2u) - 1u)]);
}
`;
  }
  const parts = PARTS.map((_, i) => `f32(b${binding}[row + min(at * 4u + ${i}u, size - 1u)])`);
  return `${head} {
  return vec4<f32>(${parts.join(', ')});
}
`;
}

/** `fn put(row, at, size, value)`: hands on vector `at` of a row of the result. */
function putFunction({ bindings, dtype, fused }: AttentionKind, binding: number): string {
  const head = 'fn put(row: u32, at: u32, size: u32, value: vec4<f32>)';
  const kept = PARTS.map((part) => wgslFunctions.kept(`value.${part}`, dtype));
  const type = fused ? 'f32' : bindings[binding]!;
  if (type.startsWith('vec4')) {
    return `${head} {
  if (at * 4u < size) { b${binding}[(row >> 2u) + at] = ${type}(vec4<f32>(${kept.join(', ')})); }
}
`;
  }
  const parts = kept.map((value, i) => {
    const index = `row + at * 4u + ${i}u`;
    const store = fused
      ? `finish(${index}, ${value});`
      : `b${binding}[${index}] = ${type}(${value});`;
    return `  if (at * 4u + ${i}u < size) { ${store} }`;
  });
  return `${head} {
${parts.join('\n')}
}
`;
}

/** Bias and masks for the scores of four targets with the four sources of this thread. */
function scores({ bias, mask, causal }: AttentionKind): string {
  const rows = ROWS.map((r) => {
    const lines = [`let t${r} = min(first + ownRow + ${r}u, targets - 1u);`];
    PARTS.forEach((part, i) => {
      const score = `s${r}.${part}`;
      const s = `min(source + ${i}u, sources - 1u)`;
      const at = (name: string): string =>
        `batch * ${name}0 + head * ${name}1 + t${r} * ${name}2 + ${s} * ${name}3`;
      if (bias) lines.push(`${score} += f32(b3[o3 + ${at('bias')}]);`);
      const hidden: string[] = [];
      if (mask) {
        const binding = bias ? 4 : 3;
        hidden.push(`(b${binding}[o${binding} + ${at('mask')}] == 0u)`);
      }
      if (causal) hidden.push(`(source + ${i}u > t${r})`);
      if (hidden.length > 0) {
        lines.push(`${score} = select(${score}, bitcast<f32>(unseen), ${hidden.join(' | ')});`);
      }
      const isSource = `source + ${i}u < sources`;
      lines.push(`${score} = select(bitcast<f32>(lowest), ${score}, ${isSource});`);
    });
    return lines.map((line) => `    ${line}`).join('\n');
  });
  return rows.join('\n');
}

function each(line: (r: number) => string): string {
  return ROWS.map(line).join('\n');
}

/** Scores of four targets with four sources of this block, in s0 … s3. */
function multiplyKeys(): string {
  return `${each((r) => `    var s${r} = vec4<f32>();`)}
    for (var part = 0u; part * 4u < depth; part += ${STEP}u) {
      workgroupBarrier();
      for (var i = lane; i < ${BLOCK * STEP}u; i += ${THREADS}u) {
        let row = i / ${STEP}u;
        let at = part + i % ${STEP}u;
        let t = min(first + row, targets - 1u);
        let s = min(start + row, sources - 1u);
        let isColumn = vec4<u32>(at * 4u) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(depth);
        let query = query_at(queryStart + t * heads * depth, at, depth) * factor;
        queries[row * ${STRIDE}u + i % ${STEP}u] = select(vec4<f32>(), query, isColumn);
        // Rows of four neighbours lie eight apart, so that threads side by side read side by side.
        let key = key_at(keyStart + s * keyHeads * depth, at, depth);
        keys[(row % 4u * 8u + row / 4u) * ${STRIDE}u + i % ${STEP}u] =
          select(vec4<f32>(), key, isColumn);
      }
      workgroupBarrier();
      for (var i = 0u; i < ${STEP}u; i++) {
${each((r) => `        let k${r} = keys[(${r * 8}u + column) * ${STRIDE}u + i];`)}
${each(
  (r) => `        let q${r} = queries[(ownRow + ${r}u) * ${STRIDE}u + i];
        s${r} += vec4<f32>(dot(q${r}, k0), dot(q${r}, k1), dot(q${r}, k2), dot(q${r}, k3));`,
)}
      }
    }`;
}

/** From scores to weights in workgroup memory, and by how much `shrink` what was summed up before. */
function weigh(): string {
  return `    shared_values[lane] = vec4<f32>(${ROWS.map((r) => `greatest(s${r})`).join(', ')});
    workgroupBarrier();
    var highest = high;
    for (var i = 0u; i < 8u; i++) { highest = max(highest, shared_values[lane / 8u * 8u + i]); }
    let shrink = exp4(high - highest);
    high = highest;
    // A source that is none weighs nothing, even beside scores of −∞.
    let real = vec4<u32>(source, source + 1u, source + 2u, source + 3u) < vec4<u32>(sources);
${each(
  (r) => `    let w${r} = select(vec4<f32>(), exp4(s${r} - high.${PARTS[r]}), real);
    weights[(ownRow + ${r}u) * 8u + column] = w${r};`,
)}
    total = total * shrink + vec4<f32>(${ROWS.map((r) => `sum_of(w${r})`).join(', ')});
    workgroupBarrier();`;
}

/** Adds the weighed values of this block to the sums. */
function addValues(all: readonly number[]): string {
  const sums = (j: number): string =>
    all
      .map(
        (c) => `        let v${c} =
          select(vec4<f32>(), value_at(row, column + ${c * 8}u, columns), s < sources);
${each((r) => `        y${r}_${c} += v${c} * w${r}.${PARTS[j]};`)}`,
      )
      .join('\n');
  const source = (j: number): string => `      {
        let s = start + i * 4u + ${j}u;
        let row = valueStart + min(s, sources - 1u) * keyHeads * columns;
${sums(j)}
      }`;
  return `${all.map((c) => each((r) => `    y${r}_${c} *= shrink.${PARTS[r]};`)).join('\n')}
    for (var i = 0u; i < ${BLOCK / 4}u && start + i * 4u < sources; i++) {
${each((r) => `      let w${r} = weights[(ownRow + ${r}u) * 8u + i];`)}
${each(source)}
    }`;
}

/** Divides the sums by those of the weights, and hands them on. */
function finishRows(all: readonly number[], offset: string): string {
  return `  workgroupBarrier();
  shared_values[lane] = total;
  workgroupBarrier();
  total = vec4<f32>();
  for (var i = 0u; i < 8u; i++) { total += shared_values[lane / 8u * 8u + i]; }
${each(
  (r) => `  if (first + ownRow + ${r}u < targets) {
    let t = first + ownRow + ${r}u;
    let row = ${offset} + ((batch * targets + t) * heads + head) * columns;
${all.map((c) => `    put(row, column + ${c * 8}u, columns, y${r}_${c} / total.${PARTS[r]});`).join('\n')}
  }`,
)}`;
}

/** Declarations and body. */
export function attentionText(kind: AttentionKind): { declarations: string; body: string } {
  const { bias, mask, chunks, fused } = kind;
  const output = 3 + Number(bias) + Number(mask);
  const all = range(chunks);
  const end = skipsSources(kind) ? `min(sources, first + ${BLOCK}u)` : 'sources';
  const body = `  let block = group.y * groups.x + group.x;
  if (block >= count) { return; }
  let first = block % blocks * ${BLOCK}u;
  let head = block / blocks % heads;
  let batch = block / blocks / heads;
  let keyHead = head / group_heads;
  let queryStart = o0 + (batch * targets * heads + head) * depth;
  let keyStart = o1 + (batch * sources * keyHeads + keyHead) * depth;
  let valueStart = o2 + (batch * sources * keyHeads + keyHead) * columns;
  let ownRow = lane / 8u * 4u;
  let column = lane % 8u;
  let factor = bitcast<f32>(scale);
  var high = vec4<f32>(bitcast<f32>(lowest));
  var total = vec4<f32>();
${all.map((c) => each((r) => `  var y${r}_${c} = vec4<f32>();`)).join('\n')}
  let end = ${end};
  for (var start = 0u; start < end; start += ${BLOCK}u) {
${multiplyKeys()}
    let source = start + column * 4u;
${scores(kind)}
${weigh()}
${addValues(all)}
  }
${finishRows(all, fused ? '0u' : `o${output}`)}`;
  return { declarations: functionsOf(kind, output), body };
}

/** Functions and workgroup memory. */
function functionsOf(kind: AttentionKind, output: number): string {
  const [query, key, value] = kind.bindings as [Type, Type, Type];
  const exponentials = PARTS.map((part) => wgslFunctions.unary.exp(`x.${part}`, 'float32'));
  const memory = { queries: BLOCK * STRIDE, keys: BLOCK * STRIDE, weights: (BLOCK * BLOCK) / 4 };
  const arrays = Object.entries({ ...memory, shared_values: THREADS }).map(
    ([name, size]) => `var<workgroup> ${name}: array<vec4<f32>, ${size}>;`,
  );
  return `${rowFunction('query_at', 0, query)}${rowFunction('key_at', 1, key)}
${rowFunction('value_at', 2, value)}${putFunction(kind, output)}
fn exp4(x: vec4<f32>) -> vec4<f32> { return vec4<f32>(${exponentials.join(', ')}); }
fn sum_of(x: vec4<f32>) -> f32 { return (x.x + x.y) + (x.z + x.w); }
fn greatest(x: vec4<f32>) -> f32 { return max(max(x.x, x.y), max(x.z, x.w)); }
${arrays.join('\n')}`;
}
