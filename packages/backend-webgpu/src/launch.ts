/**
 * What a kernel is and what one launch of it says: the words that the printer of loop kernels, the
 * library of hand-made kernels and the executable share. Kernels know nothing of sizes: these come
 * as parameters, so that few pipelines serve all shapes.
 *
 * In the text, binding i of group 0 is `b0`, `b1`, …: arrays of f32, i32, u32 or f16 (or vectors of
 * these).
 * The parameters are words of the uniform `p` (group 1, binding 0); the first words are the element
 * offsets of the bindings, filled in by the runtime, and what the launch says follows them.
 */

/** How a kernel uses a binding: `write` means `read_write` in the text. */
export type BindingUse = 'read' | 'write';

/** The text of a kernel and its signature. */
export interface Shader {
  /** For errors and profiles: "dot", "pool", the functions of a loop kernel. */
  readonly label: string;
  /** A WGSL module with the entry point `main`. Equal texts are one pipeline. */
  readonly code: string;
  readonly bindings: readonly BindingUse[];
  /**
   * Which bindings are arrays of f16, so that their offsets count half words; behind them, which
   * offsets among the first parameters do. Default: none.
   */
  readonly halves?: readonly boolean[];
  /** Parameter words behind the offsets. */
  readonly words: number;
}

/** Memory that a launch reads or writes. */
export type Operand =
  /** A value of the call, by the number that `input` or `output` gave. */
  | { readonly kind: 'slot'; readonly slot: number }
  /** Memory for one call, by the number that `scratch` gave. */
  | { readonly kind: 'scratch'; readonly scratch: number };

/** Workgroups in x, y and z, each at most 65535. */
export type Groups = readonly [x: number, y: number, z: number];

/** What of the device kernels must know. Tests lower it, so that cautious ways run on any driver. */
export interface Abilities {
  /** Storage buffers of one launch. */
  readonly maxBindings: number;
  /** Threads of a workgroup. */
  readonly maxThreads: number;
  /** Bytes of workgroup memory. */
  readonly workgroupBytes: number;
  /** Bytes of one binding. */
  readonly maxBindingBytes: number;
  /** Workgroups per dimension. */
  readonly maxGroups: number;
  /** Subgroup operations are there. */
  readonly subgroups: boolean;
  /** The type f16 is there. */
  readonly halfFloats: boolean;
  /**
   * Products gain from tiles in workgroup memory. Not where a CPU plays the GPU: there such kernels
   * run longer than those that read again, and take up to ten times as long to compile.
   */
  readonly workgroupTiles: boolean;
  /**
   * Four neighbouring threads are a subgroup, and products gain where these load for one another.
   * Only where a CPU plays the GPU: a GPU has no more work with what threads next to one another read
   * alike.
   */
  readonly quadLoads: boolean;
  /**
   * Work per launch (multiply-adds and elements) from which a side of a branch runs only where it is
   * taken. Below it both sides run: a launch that the device may leave out costs another one.
   */
  readonly branchWork: number;
}
