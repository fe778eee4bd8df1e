/**
 * The base of all layers and models: options, building, weights, losses, masks, dtype policy and
 * tracking. How a call runs (eagerly, in a trace, on symbolic tensors) stands in `layer-call.ts`.
 */
import {
  ArgumentError,
  autoName,
  type CallArguments,
  type DType,
  FunctionalNode,
  infer,
  isFloat,
  type Operand,
  type Operation,
  type Out,
  type Struct,
  SymbolicTensor,
  type Tensor,
  toSnakeCase,
  UnsupportedError,
  Variable,
} from '@addax/core';
import { get as getConstraint } from '../constraints/get.ts';
import { type DTypePolicy, getDtypePolicy } from '../dtype-policies/dtype-policy.ts';
import { get as getInitializer } from '../initializers/get.ts';
import { get as getRegularizer } from '../regularizers/get.ts';
import { classNameOf, type NamedClass } from '../utils/class-name.ts';
import { callContext, inContext } from './call-context.ts';
import { formatShape, type InputSpec } from './input-spec.ts';
import { type CallTarget, callConcrete, callSymbolic, hasSymbolic } from './layer-call.ts';
import { checkOptions, firstNode, inputShapeOf, mapShapes, shapesOf } from './layer-options.ts';
import { firstValues, noteCall } from './loading.ts';
import { Trackable } from './trackable.ts';
import { registerLayer } from './tracking.ts';
import type {
  CallOptions,
  InitializerLike,
  LayerOptions,
  ResolvedCallOptions,
  Shape,
  ShapeStruct,
  WeightFunction,
  WeightOptions,
} from './types.ts';

/** Masks of a structure of tensors: true where an element counts, null where there is none. */
export type MaskStruct =
  Tensor | null | undefined | readonly MaskStruct[] | { readonly [key: string]: MaskStruct };

/** Layers are called: on tensors, or on symbolic tensors to make a functional model. */
export interface Layer {
  <A extends Operand>(inputs: Struct<A>, options?: CallOptions): Out<A>;
}

/**
 * A function with weights.
 *
 * Subclasses make weights in `build` and compute in `call`; sublayers and variables kept in fields
 * (or in arrays, Maps and records in fields) are found by themselves.
 *
 * @example
 * class Scale extends Layer {
 *   factor!: Variable;
 *   override build(inputShape: Shape) {
 *     this.factor = this.addWeight({ name: 'factor', shape: [inputShape.at(-1)!], initializer: 'ones' });
 *   }
 *   override call(inputs: Tensor) {
 *     return ops.multiply(inputs, this.factor);
 *   }
 * }
 */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the call signature above
export class Layer extends Trackable implements Operation {
  /** Name in files, from which automatic layer names come. */
  static readonly className: string = 'Layer';
  /** What subclasses that are not registered are called. */
  static readonly unnamed: string = 'Layer';

  /** Computation and variable dtype. */
  dtypePolicy: DTypePolicy;
  /** Whether float inputs and weights are cast to the compute dtype. */
  autocast: boolean;
  /** Whether masks of the inputs pass on to the outputs. */
  supportsMasking = false;
  /** Whether it keeps state from batch to batch. */
  stateful = false;
  /** What it expects of its inputs; checked before every call. */
  inputSpec: InputSpec | readonly InputSpec[] | undefined = undefined;
  readonly #inputShape: Shape | undefined;
  readonly #inputDtype: DType | undefined;
  readonly #activityRegularizer: WeightFunction | undefined;
  readonly #nodes: FunctionalNode[] = [];
  readonly #target: CallTarget;
  #built = false;
  #buildShape: ShapeStruct | undefined;
  #argumentShapes: Readonly<Record<string, ShapeStruct>> = {};

  constructor(options: LayerOptions = {}) {
    const className = classNameOf(new.target);
    checkOptions(className, options);
    super(options.name ?? autoName(toSnakeCase(className)), options.trainable ?? true);
    registerLayer(this);
    this.dtypePolicy = getDtypePolicy(options.dtype as 'float32');
    this.autocast = options.autocast ?? true;
    this.#inputShape = inputShapeOf(options);
    this.#inputDtype = options.inputDtype;
    this.#activityRegularizer = getRegularizer(options.activityRegularizer as 'l2') ?? undefined;
    const build = this.build.bind(this);
    const hidden = { configurable: true, enumerable: false, writable: true };
    Object.defineProperty(this, 'build', {
      ...hidden,
      value: (shape: ShapeStruct, others?: Readonly<Record<string, ShapeStruct>>) => {
        this.#buildOnce(build, shape, others ?? {});
      },
    });
    this.#target = {
      addNode: (args, outputs) => new FunctionalNode(this, args, outputs),
      clearLosses: () => this.clearLosses(),
      activity: this.#activityRegularizer,
      trackedBy: new WeakSet(),
      ownMasks: this.computeMask !== Layer.prototype.computeMask,
    };
  }

  /** Name of the class in files. */
  get className(): string {
    return classNameOf(this.constructor as unknown as NamedClass);
  }

  /** How messages call it: `Dense "dense_1"`. */
  get label(): string {
    return `${this.className} "${this.name}"`;
  }

  /** Dtype it computes in. */
  get computeDtype(): DType {
    return this.dtypePolicy.computeDtype;
  }

  /** Dtype its weights are kept in. */
  get variableDtype(): DType {
    return this.dtypePolicy.variableDtype;
  }

  /** The shape (with the batch) given as `inputShape`, for the first layer of a Sequential. */
  get batchInputShape(): Shape | undefined {
    return this.#inputShape;
  }

  /** The dtype given as `inputDtype`. */
  get inputDtype(): DType | undefined {
    return this.#inputDtype;
  }

  /**
   * Makes the weights. Subclasses override it; it runs once, at the first call or by hand.
   *
   * @param inputShape Shape of the input, unknown axes null; an array or record for several inputs.
   * @param argumentShapes Shapes of further tensor arguments, by name.
   */
  build(inputShape: ShapeStruct, argumentShapes?: Readonly<Record<string, ShapeStruct>>): void {
    void inputShape;
    void argumentShapes;
  }

  #buildOnce(
    build: (shape: ShapeStruct, others: Readonly<Record<string, ShapeStruct>>) => void,
    shape: ShapeStruct,
    others: Readonly<Record<string, ShapeStruct>>,
  ): void {
    if (this.#built) return;
    const undo = this.rememberWeights();
    const run = (): void => build(shape, others);
    try {
      if (callContext()?.layer === this) run();
      else inContext(this, {}, run);
    } catch (error) {
      undo();
      throw error;
    }
    this.#built = true;
    this.#buildShape = shape;
    this.#argumentShapes = others;
  }

  /** Whether the weights are made. */
  get built(): boolean {
    return this.#built;
  }

  set built(built: boolean) {
    this.#built = built;
  }

  /** The shape it was built with. */
  get buildShape(): ShapeStruct | undefined {
    return this.#buildShape;
  }

  /** Shapes of further tensor arguments that it was built with, by name. */
  get argumentShapes(): Readonly<Record<string, ShapeStruct>> {
    return this.#argumentShapes;
  }

  /** Makes a weight that belongs to this layer. */
  addWeight(options: WeightOptions): Variable {
    const name = options.name ?? 'variable';
    const dtype = options.dtype ?? this.variableDtype;
    if (options.shape.some((size) => size === null)) {
      throw new ArgumentError(
        `${this.label}: weight "${name}" cannot have shape ${formatShape(options.shape)}: the axis ` +
          'of the input that it depends on must be known.',
      );
    }
    const fallback = isFloat(dtype) ? 'glorotUniform' : 'zeros';
    const initializer = getInitializer(
      (options.initializer ?? fallback) as 'zeros',
    ) as InitializerLike;
    const context = callContext();
    const path = context?.layer === this ? context.path : this.name;
    const variable = new Variable(
      firstValues(initializer, options.shape as readonly number[], dtype),
      {
        name,
        dtype,
        path: `${path}/${name}`,
        trainable: options.trainable ?? true,
        autocast: options.autocast ?? true,
      },
    );
    const regularizer = getRegularizer(options.regularizer as 'l2') as WeightFunction | null;
    const constraint = getConstraint(options.constraint as 'nonNeg') as WeightFunction | null;
    variable.regularizer = regularizer ?? undefined;
    variable.constraint = constraint ?? undefined;
    return this.adopt(variable);
  }

  /** What it computes; subclasses override it. Further tensor arguments are in `options` by name. */
  call(inputs: Struct<Tensor>, options: ResolvedCallOptions): unknown {
    void inputs;
    void options;
    throw new UnsupportedError(`${this.label} has no call(inputs): override it in the subclass.`);
  }

  invoke(inputs: unknown, options: CallOptions = {}): unknown {
    noteCall();
    return hasSymbolic(inputs) || hasSymbolic(options)
      ? callSymbolic(this, this.#target, inputs, options)
      : callConcrete(this, this.#target, inputs, options);
  }

  /** The same as calling the layer, under TensorFlow.js' name. */
  apply<A extends Operand>(inputs: Struct<A>, options?: CallOptions): Out<A> {
    return this.invoke(inputs, options) as Out<A>;
  }

  replay({ inputs, options }: CallArguments): unknown {
    return this.invoke(inputs, options);
  }

  /** Shape of the output for an input of this shape. */
  computeOutputShape(inputShape: ShapeStruct): ShapeStruct {
    this.build(inputShape);
    return this.computeShape(inputShape);
  }

  /** The shape that `call` gives, found by evaluating it without numbers. */
  protected computeShape(inputShape: ShapeStruct): ShapeStruct {
    const input = mapShapes(
      inputShape,
      (shape) => new SymbolicTensor(shape, this.computeDtype, ''),
    );
    const run = (tree: unknown): unknown => callConcrete(this, this.#target, tree, {});
    return shapesOf(inContext(this, { probing: true }, () => infer(input, run)));
  }

  /** The masks of the outputs; those of the inputs if `supportsMasking`, else none. */
  computeMask(inputs: Struct<Tensor>, mask: MaskStruct): MaskStruct {
    void inputs;
    return this.supportsMasking ? mask : null;
  }

  /** Constructor options that make an equal layer. */
  getConfig(): Record<string, unknown> {
    const config: Record<string, unknown> = {
      name: this.name,
      trainable: this.trainable,
      dtype: this.dtypePolicy.name,
    };
    const activity = this.#activityRegularizer;
    return activity === undefined ? config : { ...config, activityRegularizer: activity };
  }

  /** A layer from what `getConfig` gave. */
  static fromConfig<T extends Layer>(
    this: new (options: never) => T,
    config: Readonly<Record<string, unknown>>,
  ): T {
    return new this(config as never);
  }

  /** Calls on symbolic tensors so far. */
  get inboundNodes(): FunctionalNode[] {
    return this.#nodes;
  }

  /** The symbolic input of its only call. */
  get input(): Struct<SymbolicTensor> {
    return firstNode(this).args.inputs as Struct<SymbolicTensor>;
  }

  /** The symbolic output of its only call. */
  get output(): Struct<SymbolicTensor> {
    return firstNode(this).outputs as Struct<SymbolicTensor>;
  }

  toJSON(): unknown {
    return { className: this.className, config: this.getConfig() };
  }

  override toString(): string {
    return `<${this.className} name=${this.name}, built=${this.built}>`;
  }
}
