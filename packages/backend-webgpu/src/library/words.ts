/** Texts that all hand-made kernels share: bindings, parameters, and the number of the thread. */
import { extensions, prelude } from '@addax/codegen/device';
import type { BindingUse, Groups, Shader } from '../launch.ts';
import type { StoredType } from '../storage.ts';
import type { Epilogue } from './call.ts';

/** A binding in the text of a kernel. */
export interface Binding {
  readonly use: BindingUse;
  /** Element type: 'f32', 'vec4<f32>' … */
  readonly type: StoredType | `vec${2 | 4}<${StoredType}>`;
}

/** Word k of the uniform, as text; a u32. */
export function word(k: number): string {
  return `p[${k >> 2}].${'xyzw'[k & 3]}`;
}

/** Bits of a float parameter. */
export function floatBits(value: number): number {
  SCRATCH.setFloat32(0, value);
  return SCRATCH.getUint32(0);
}

const SCRATCH = new DataView(new ArrayBuffer(4));

/**
 * A shader of declarations and a body. `names` become u32 constants of the parameters that follow the
 * offsets; the offset of binding i is `o<i>`. In `body`, `thread` is the number of the thread along
 * the flat grid of {@link flatGroups} and `lane` its number in its workgroup of `threads`.
 */
export function shader(options: {
  readonly label: string;
  readonly bindings: readonly Binding[];
  readonly names: readonly string[];
  readonly threads: number;
  /** Functions, workgroup variables. Helpers `addax_…` that these or the body call are added. */
  readonly declarations?: string;
  readonly body: string;
  /** Its bindings and parameters follow those of the kernel. */
  readonly epilogue?: Epilogue | undefined;
}): Shader {
  const { label, bindings, names, threads, declarations = '', body, epilogue } = options;
  const count = bindings.length + (epilogue?.bindings.length ?? 0);
  const params = names.length + (epilogue?.params.length ?? 0);
  const words = count + params;
  const lines = bindings.map(({ use, type }, i) => {
    const access = use === 'read' ? 'read' : 'read_write';
    return `@group(0) @binding(${i}) var<storage, ${access}> b${i}: array<${type}>;`;
  });
  lines.push(`@group(1) @binding(0) var<uniform> p: array<vec4<u32>, ${Math.ceil(words / 4)}>;`);
  const locals = [
    ...bindings.map((_, i) => `  let o${i} = ${word(i)};`),
    ...names.map((name, i) => `  let ${name} = ${word(count + i)};`),
  ];
  const finish = epilogue?.text(bindings.length, count + names.length) ?? '';
  const helpers = prelude(`${declarations}${body}`, `${finish}${declarations}`);
  const code = `${lines.join('\n')}
${finish}${helpers}${declarations}
@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = (group.y * groups.x + group.x) * ${threads}u + lane;
${locals.join('\n')}
${body}
}
`;
  const uses = bindings.map(({ use }) => use).concat(epilogue?.bindings ?? []);
  const halves = bindings.map(({ type }) => type.includes('f16')).concat(halvesOf(epilogue));
  return { label, code: extensions(code) + code, bindings: uses, halves, words: params };
}

/** Which bindings of an epilogue are arrays of f16. */
export function halvesOf(epilogue: Epilogue | undefined): readonly boolean[] {
  return epilogue?.halves ?? epilogue?.bindings.map(() => false) ?? [];
}

/** A flat grid of at least `count` threads; rows of at most `maxGroups` workgroups. */
export function flatGroups(count: number, threads: number, maxGroups: number): Groups {
  const groups = Math.max(1, Math.ceil(count / threads));
  if (groups <= maxGroups) return [groups, 1, 1];
  const rows = Math.ceil(groups / maxGroups);
  return [Math.ceil(groups / rows), rows, 1];
}
