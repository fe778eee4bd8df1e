/**
 * The kernel for CPUs that play the GPU and run four neighbouring threads, a quad, as one. A load
 * costs them as much as ten multiplications, since they look at each thread in turn, even where all
 * four read the same. So the threads of a quad have the same rows, of which each loads a fourth, and
 * hand them around; what they need of the columns is their own.
 */
import type { Call } from '../call.ts';
import { flatGroups } from '../words.ts';
import { type Product, greatest } from './problem.ts';
import { Frame, type Reading, nowhere, odometer, sideFunctions } from './text.ts';
import { block } from './thread.ts';
import { type Split, writeFunction } from './tile.ts';

/** Few, so that all cores have something to do. */
const QUADS = 4;
const THREADS = 4 * QUADS;
/** Columns of a thread and of its quad. */
const OWN = 4;
const COLUMNS = 4 * OWN;

/** Rows of a quad: the more, the fewer loads per result. */
type Height = 8 | 12 | 16;

function heightFor(rows: number): Height {
  if (rows <= 8) return 8;
  return rows <= 12 ? 12 : 16;
}

/** Launches the kernel of 4 columns per thread and up to 16 rows per quad. */
export function launchQuads(
  call: Call,
  product: Product,
  readings: readonly [Reading, Reading],
  isWide: boolean,
  split: Split,
): void {
  const frame = new Frame(call, product, isWide, split.partial);
  const { left, right, out, phases, columns, batches } = product;
  const { words, type } = frame;
  const { term } = words;
  const most = greatest(product.rows, phases?.rows);
  const phaseCount = phases?.count ?? 1;
  const height = heightFor(most);
  const [rowBlocks, columnBlocks] = [Math.ceil(most / height), Math.ceil(columns / COLUMNS)];
  const lineNumbers = Array.from({ length: height }, (_, r) => r);
  const isWhole = typeof product.depth === 'number' && product.depth % 4 === 0;
  const isGuarded = !isWhole && !readings.includes('depth');
  const a = sharedRows(frame, readings[0], isGuarded, height);
  const b = block(frame, 'b', readings[1], isGuarded, OWN);
  const lines = lineNumbers.map((r) => {
    const terms = [0, 1, 2, 3].map((j) => `${a.element(r, j)} * b${j}`);
    return `${a.handing(r)}sum${r} += ${terms.join(' + ')};`;
  });
  // Quads are counted in one row, so that none is left without work, whatever the shape.
  const text = `${phases?.declarations ?? ''}
${sideFunctions('a', left, readings[0], frame, isGuarded)}
${sideFunctions('b', right, readings[1], frame, isGuarded)}
${frame.outFunctions(out)}
${writeFunction(frame)}
@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var rest = (group.y * groups.x + group.x) * ${QUADS}u + lane / 4u;
  let own = lane % 4u;
  let columnBlocks = ${term(columnBlocks)};
  let rowBlocks = ${term(rowBlocks)};
  let batches = ${term(batches)};
  let parts = ${term(split.parts)};
  let columns = ${term(columns)};
  let column = (rest % columnBlocks) * ${COLUMNS}u + own * ${OWN}u;
  rest = rest / columnBlocks;
  let row = (rest % rowBlocks) * ${height}u;
  rest = rest / rowBlocks;
  let z = rest % batches;
  rest = rest / batches;
  let part = rest % parts;
  let phase = rest / parts;
  // Only whole quads may stop here: threads beyond the last column still load rows.
  if (phase >= ${term(phaseCount)}) { return; }
  ${phases?.prologue((value) => term(value)) ?? ''}
  let rows = ${term(product.rows)};
  if (row >= rows) { return; }
  let chunk = ${term(split.chunk)};
  let begin = part * chunk;
  let end = min(${term(product.depth)}, begin + chunk);
  let aStart = a_batch(z);
  let bStart = b_batch(z);
  ${a.start}
  ${b.start('column', 'columns')}
  ${lineNumbers.map((r) => `var sum${r} = vec4<${type}>();`).join('\n  ')}
  for (var k = begin; k < end; k += 4u) {
    ${a.loads}
    ${b.loads}
    ${b.turned}
    ${lines.join('\n    ')}
  }
  let out = out_batch(z) + part * ${term(out.elements)};
  ${lineNumbers.map((r) => `write(row + ${r}u, column, rows, columns, out, sum${r});`).join('\n  ')}
}
`;
  const count = rowBlocks * columnBlocks * batches * split.parts * phaseCount;
  const groups = flatGroups(count, QUADS, call.abilities.maxGroups);
  frame.launch(product.label, readings, text, groups);
}

/** Text by which the threads of a quad read its rows at 4 depths and hand them to one another. */
function sharedRows(
  { product, words, type }: Frame,
  reading: Reading,
  isGuarded: boolean,
  height: Height,
): {
  start: string;
  loads: string;
  /** What comes before the first use of a row. */
  handing(row: number): string;
  element(row: number, depth: number): string;
} {
  const { left } = product;
  const wheel = odometer('a', left, words, reading === 'depth');
  const four = [0, 1, 2, 3];
  // Rows that lie together come in fours: one load of each thread is all. Else each has every fourth.
  const mine = reading === 'free' ? ['own * 4u'] : fourths(height).map((i) => `${4 * i}u + own`);
  const start = [
    ...mine.map((place, i) => `let a_line${i} = a_free(row + ${place}, rows, aStart);`),
    wheel.start,
  ].join('\n  ');
  const texts: string[] = [];
  if (reading === 'depth') {
    texts.push(`let a_at = ${wheel.here};`);
    mine.forEach((_, i) => texts.push(`let av${i} = a_load(a_line${i}, a_at);`));
    texts.push(wheel.step(4));
  } else {
    const none = nowhere(left);
    four.forEach((j) => {
      const at = `a_at${j}`;
      const here = isGuarded ? `select(${none}, ${wheel.here}, k + ${j}u < end)` : wheel.here;
      texts.push(`let ${at} = ${here};`);
      mine.forEach((_, i) => texts.push(`let av${i}_${j} = a_load(a_line${i}, ${at});`));
      texts.push(wheel.step(1));
    });
    if (reading === 'single') {
      mine.forEach((_, i) => {
        const values = four.map((j) => `av${i}_${j}`).join(', ');
        texts.push(`let av${i} = vec4<${type}>(${values});`);
      });
    }
  }
  const loads = texts.join('\n    ');
  if (reading === 'free') {
    const hand = (r: number): string =>
      four.map((j) => `let a${r}_${j} = subgroupBroadcast(av0_${j}, ${r / 4}u);\n    `).join('');
    return {
      start,
      loads,
      handing: (r) => (r % 4 === 0 ? hand(r) : ''),
      element: (r, j) => `a${r - (r % 4)}_${j}.${'xyzw'[r % 4]}`,
    };
  }
  return {
    start,
    loads,
    handing: (r) => `let a${r} = subgroupBroadcast(av${r >> 2}, ${r % 4}u);\n    `,
    element: (r, j) => `a${r}.${'xyzw'[j]}`,
  };
}

function fourths(height: Height): number[] {
  return Array.from({ length: height / 4 }, (_, i) => i);
}
