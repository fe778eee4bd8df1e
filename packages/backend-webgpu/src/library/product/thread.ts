/**
 * Kernels without workgroup memory, in which threads do not need one another: one result per thread,
 * for integers, for thin and small products and for groups of few channels; and blocks of 4 × 4
 * results, for drivers on which workgroup memory is dear.
 */
import type { Call } from '../call.ts';
import { flatGroups } from '../words.ts';
import { type Product, greatest } from './problem.ts';
import { Frame, type Reading, nowhere, odometer, sideFunctions } from './text.ts';
import { type Split, writeFunction } from './tile.ts';

const THREADS = 64;

/** Rows and columns of all phases and batches, and the parts of the depth: the words of a grid. */
export function extents(product: Product): { rows: number; phases: number } {
  const { phases } = product;
  return { rows: greatest(product.rows, phases?.rows), phases: phases?.count ?? 1 };
}

/** Launches the kernel of one result per thread. */
export function launchSingle(call: Call, product: Product, split: Split): void {
  const frame = new Frame(call, product, false, split.partial);
  const { left, right, out, phases, columns, batches, dtype } = product;
  const { words, type } = frame;
  const { term } = words;
  const all = extents(product);
  const [a, b] = [odometer('a', left, words, false), odometer('b', right, words, false)];
  const add = dtype === 'bool' ? 'sum = sum | (x & y);' : 'sum += x * y;';
  // Neighbouring threads write neighbouring results: batches run slowest, or right behind columns.
  const order = product.batchesLast
    ? `let z = rest % batches;
  rest = rest / batches;
  let row = rest % rowCount;
  rest = rest / rowCount;`
    : `let row = rest % rowCount;
  rest = rest / rowCount;
  let z = rest % batches;
  rest = rest / batches;`;
  const text = `${phases?.declarations ?? ''}
${sideFunctions('a', left, 'single', frame, false)}
${sideFunctions('b', right, 'single', frame, false)}
${frame.outFunctions(out)}
@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var rest = (group.y * groups.x + group.x) * ${THREADS}u + lane;
  let columns = ${term(columns)};
  let rowCount = ${term(all.rows)};
  let batches = ${term(batches)};
  let parts = ${term(split.parts)};
  let column = rest % columns;
  rest = rest / columns;
  ${order}
  let part = rest % parts;
  let phase = rest / parts;
  if (phase >= ${term(all.phases)}) { return; }
  ${phases?.prologue((value) => term(value)) ?? ''}
  let rows = ${term(product.rows)};
  if (row >= rows) { return; }
  let chunk = ${term(split.chunk)};
  let begin = part * chunk;
  let end = min(${term(product.depth)}, begin + chunk);
  let a_line = a_free(row, rows, a_batch(z));
  let b_line = b_free(column, columns, b_batch(z));
  ${a.start}
  ${b.start}
  var sum = ${type}();
  for (var k = begin; k < end; k++) {
    let x = a_load(a_line, ${a.here});
    let y = b_load(b_line, ${b.here});
    ${add}
    ${a.step(1)}
    ${b.step(1)}
  }
  put(out_batch(z) + part * ${term(out.elements)} + out_row(row) + column * ${term(out.column)}, sum);
}
`;
  const count = columns * all.rows * batches * split.parts * all.phases;
  const groups = flatGroups(count, THREADS, call.abilities.maxGroups);
  frame.launch(product.label, ['single', 'single'], text, groups);
}

/** Rows from which on a thread has eight of them. */
const TALL = 256;

/** How the left side is read: text, and names of its elements. */
export interface Rows {
  start: string;
  loads: string;
  /** What comes before the first use of a row. */
  handing(row: number): string;
  element(row: number, depth: number): string;
}

/** How threads share the results of a product, 4 columns each. */
export interface BlockForm {
  /** Threads of a workgroup, and blocks that they work at. */
  readonly threads: number;
  readonly blocks: number;
  /** Rows of a thread; rows and columns of a block. */
  readonly height: number;
  readonly size: readonly [rows: number, columns: number];
  /** Text of the number of a thread's block, and of its place in there. */
  readonly number: string;
  readonly place: readonly [row: string, column: string];
  /** Condition on which a thread has nothing to do. */
  readonly idle: string;
  rows(frame: Frame, isGuarded: boolean): Rows;
}

/** Launches a kernel in which every thread has several rows of 4 results. */
export function launchBlocks(
  call: Call,
  product: Product,
  readings: readonly [Reading, Reading],
  isWide: boolean,
  split: Split,
  form: BlockForm,
): void {
  const frame = new Frame(call, product, isWide, split.partial);
  const { left, right, out, phases, columns, batches } = product;
  const { words, type } = frame;
  const { term } = words;
  const all = extents(product);
  const { height, size, number, place, idle } = form;
  const [rowBlocks, columnBlocks] = [Math.ceil(all.rows / size[0]), Math.ceil(columns / size[1])];
  const lineNumbers = Array.from({ length: height }, (_, r) => r);
  const isWhole = typeof product.depth === 'number' && product.depth % 4 === 0;
  const isGuarded = !isWhole && !readings.includes('depth');
  const a = form.rows(frame, isGuarded);
  const b = block(frame, 'b', readings[1], isGuarded, 4);
  const lines = lineNumbers.map((r) => {
    const terms = [0, 1, 2, 3].map((j) => `${a.element(r, j)} * b${j}`);
    return `${a.handing(r)}sum${r} += ${terms.join(' + ')};`;
  });
  const text = `${phases?.declarations ?? ''}
${sideFunctions('a', left, readings[0], frame, isGuarded)}
${sideFunctions('b', right, readings[1], frame, isGuarded)}
${frame.outFunctions(out)}
${writeFunction(frame)}
@compute @workgroup_size(${form.threads})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var rest = ${number};
  let columnBlocks = ${term(columnBlocks)};
  let rowBlocks = ${term(rowBlocks)};
  let batches = ${term(batches)};
  let parts = ${term(split.parts)};
  let columns = ${term(columns)};
  let column = (rest % columnBlocks) * ${size[1]}u + ${place[1]};
  rest = rest / columnBlocks;
  let row = (rest % rowBlocks) * ${size[0]}u + ${place[0]};
  rest = rest / rowBlocks;
  let z = rest % batches;
  rest = rest / batches;
  let part = rest % parts;
  let phase = rest / parts;
  if (phase >= ${term(all.phases)}) { return; }
  ${phases?.prologue((value) => term(value)) ?? ''}
  let rows = ${term(product.rows)};
  if (${idle}) { return; }
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
  const count = rowBlocks * columnBlocks * batches * split.parts * all.phases;
  const groups = flatGroups(count, form.blocks, call.abilities.maxGroups);
  frame.launch(product.label, readings, text, groups);
}

/** The form of 4 × 4 results per thread, or of 8 × 4 where there are many rows. */
export function blockForm(product: Product, reading: Reading): BlockForm {
  const height = extents(product).rows >= TALL ? 8 : 4;
  return {
    threads: THREADS,
    blocks: 1,
    height,
    // Eight by eight threads lie together, so that they read the same lines.
    size: [8 * height, 32],
    number: 'group.y * groups.x + group.x',
    place: [`(lane / 8u) * ${height}u`, '(lane % 8u) * 4u'],
    idle: 'row >= rows || column >= columns',
    rows: (frame, isGuarded) => {
      const { start, loads, element } = block(frame, 'a', reading, isGuarded, height);
      return { start: start('row', 'rows'), loads, handing: () => '', element };
    },
  };
}

/** Text that reads 4 or 8 lines at 4 depths. */
function block(
  { product, words, type }: Frame,
  name: 'a' | 'b',
  reading: Reading,
  isGuarded: boolean,
  height: 4 | 8,
): {
  start(first: string, count: string): string;
  loads: string;
  turned: string;
  element(line: number, depth: number): string;
} {
  const side = name === 'a' ? product.left : product.right;
  const wheel = odometer(name, side, words, reading === 'depth');
  const four = [0, 1, 2, 3];
  const all = Array.from({ length: height }, (_, i) => i);
  /** First lines of each four. */
  const heads = all.filter((i) => i % 4 === 0);
  const line = (i: number): string => `${name}_line${i}`;
  const lines = reading === 'free' ? heads : all;
  const start = (first: string, count: string): string =>
    [
      ...lines.map(
        (i) => `let ${line(i)} = ${name}_free(${first} + ${i}u, ${count}, ${name}Start);`,
      ),
      wheel.start,
    ].join('\n  ');
  const load = (i: number, at: string): string => `${name}_load(${line(i)}, ${at})`;
  /** Depth j of the four lines from `head` on. */
  const value = (head: number, j: number): string => `${name}v${head === 0 ? '' : head}_${j}`;
  const texts: string[] = [];
  if (reading === 'depth') {
    texts.push(`let ${name}_at = ${wheel.here};`);
    all.forEach((i) => texts.push(`let ${name}v${i} = ${load(i, `${name}_at`)};`));
    texts.push(wheel.step(4));
  } else {
    const none = nowhere(side);
    four.forEach((j) => {
      const at = `${name}_at${j}`;
      const here = isGuarded ? `select(${none}, ${wheel.here}, k + ${j}u < end)` : wheel.here;
      texts.push(`let ${at} = ${here};`);
      for (const head of heads) {
        const values = four.map((i) => head + i).map((i) => load(i, at));
        const read = reading === 'free' ? load(head, at) : `vec4<${type}>(${values.join(', ')})`;
        texts.push(`let ${value(head, j)} = ${read};`);
      }
      texts.push(wheel.step(1));
    });
  }
  const isTurned = reading === 'depth';
  const turned = four.map((j) => {
    const parts = four.map((i) => `${name}v${i}.${'xyzw'[j]}`).join(', ');
    return `let ${name}${j} = ${isTurned ? `vec4<${type}>(${parts})` : value(0, j)};`;
  });
  return {
    start,
    loads: texts.join('\n    '),
    turned: turned.join('\n    '),
    element: (r, j) =>
      isTurned ? `${name}v${r}.${'xyzw'[j]}` : `${value(r - (r % 4), j)}.${'xyzw'[r % 4]}`,
  };
}
