/** Muon: momentum made orthogonal for matrices, Adam for everything else. */
import { type Tensor, type Variable } from '@addax/core';
import * as ops from '@addax/core/ops';
import { Optimizer } from './optimizer.ts';
import type { OptimizerOptions } from './options.ts';
import { shrink } from './update.ts';

/** Options of {@link Muon}. */
export interface MuonOptions extends OptimizerOptions {
  /** Decay of the first moment where Adam is used. Default 0.9. */
  readonly adamBeta1?: number | undefined;
  /** Decay of the second moment where Adam is used. Default 0.999. */
  readonly adamBeta2?: number | undefined;
  /** Weight decay where Adam is used. Default 0.004. */
  readonly adamWeightDecay?: number | null | undefined;
  /** Added to the root where Adam is used. Default 1e-7. */
  readonly epsilon?: number | undefined;
  /** Regular expressions; variables whose path matches one are left to Adam. */
  readonly excludeLayers?: readonly string[] | null | undefined;
  /** Whether embeddings are left to Adam. Default true. */
  readonly excludeEmbeddings?: boolean | undefined;
  /** First coefficient of the iteration. Default 3.4445. */
  readonly muonA?: number | undefined;
  /** Second coefficient. Default −4.775. */
  readonly muonB?: number | undefined;
  /** Third coefficient. Default 2.0315. */
  readonly muonC?: number | undefined;
  /** Rate where Adam is used, as a multiple. Default 1. */
  readonly adamLrRatio?: number | undefined;
  /** Momentum. Default 0.95. */
  readonly momentum?: number | undefined;
  /** Newton–Schulz steps. Default 5. */
  readonly nsSteps?: number | undefined;
  /** Nesterov's momentum. Default true. */
  readonly nesterov?: boolean | undefined;
  /** Steps are scaled by it and √(largest size); null leaves them. Default 0.2. */
  readonly rmsRate?: number | null | undefined;
}

type OwnOption = Exclude<keyof MuonOptions, keyof OptimizerOptions>;

/** The options that only Muon has, complete. */
export type MuonSettings = {
  readonly [K in OwnOption]-?: Exclude<MuonOptions[K], undefined>;
};

/** Orthogonalised momentum (Jordan et al., 2024). Default rate 0.001. */
export class Muon extends Optimizer {
  static override readonly className: string = 'Muon';
  /** The options that only Muon has. */
  readonly own: MuonSettings;
  readonly #momentums: Map<Variable, Variable> = new Map();
  readonly #velocities: Map<Variable, Variable> = new Map();

  constructor(options: MuonOptions = {}) {
    const weightDecay = options.weightDecay === undefined ? 0.004 : options.weightDecay;
    super({ ...options, weightDecay }, 0.001);
    const { adamWeightDecay, rmsRate } = options;
    this.own = {
      adamBeta1: options.adamBeta1 ?? 0.9,
      adamBeta2: options.adamBeta2 ?? 0.999,
      adamWeightDecay: adamWeightDecay === undefined ? 0.004 : adamWeightDecay,
      epsilon: options.epsilon ?? 1e-7,
      excludeLayers: options.excludeLayers ?? [],
      excludeEmbeddings: options.excludeEmbeddings ?? true,
      muonA: options.muonA ?? 3.4445,
      muonB: options.muonB ?? -4.775,
      muonC: options.muonC ?? 2.0315,
      adamLrRatio: options.adamLrRatio ?? 1,
      momentum: options.momentum ?? 0.95,
      nsSteps: options.nsSteps ?? 5,
      nesterov: options.nesterov ?? true,
      rmsRate: rmsRate === undefined ? 0.2 : rmsRate,
    };
  }

  /** Whether a variable is left to Adam. */
  usesAdam(variable: Variable): boolean {
    const { excludeEmbeddings, excludeLayers } = this.own;
    if (variable.rank !== 2) return true;
    if (excludeEmbeddings && variable.path.toLowerCase().includes('embedding')) return true;
    return (excludeLayers ?? []).some((pattern) => new RegExp(pattern).test(variable.path));
  }

  override build(variables: readonly Variable[]): void {
    if (this.built) return;
    super.build(variables);
    for (const variable of variables) {
      this.#momentums.set(variable, this.addSlot(variable, 'momentum'));
      if (this.usesAdam(variable)) {
        this.#velocities.set(variable, this.addSlot(variable, 'velocity'));
      }
    }
  }

  protected override updateStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const velocity = this.#velocities.get(variable);
    if (velocity === undefined) this.#muonStep(gradient, variable, rate);
    else this.#adamStep(gradient, variable, rate.mul(this.own.adamLrRatio), velocity);
  }

  #muonStep(gradient: Tensor, variable: Variable, rate: Tensor): void {
    const { momentum, nesterov, rmsRate } = this.own;
    const slot = this.#momentums.get(variable)!;
    const next = slot.value.mul(momentum).add(gradient);
    slot.assign(next);
    const direction = nesterov ? gradient.add(next.mul(momentum)) : next;
    const size = rmsRate === null ? 1 : Math.sqrt(Math.max(...variable.shape)) * rmsRate;
    variable.assign(variable.value.sub(this.orthogonalize(direction).mul(rate).mul(size)));
  }

  /** Nearly the orthogonal matrix closest to x, by Newton–Schulz iteration. */
  orthogonalize(x: Tensor): Tensor {
    const { muonA, muonB, muonC, nsSteps } = this.own;
    const tall = x.shape[0]! > x.shape[1]!;
    let y = tall ? x.transpose() : x;
    y = y.div(ops.sqrt(ops.sum(ops.square(y))).add(1e-7));
    for (let i = 0; i < nsSteps; i++) {
      const gram = y.matmul(y.transpose());
      const polynomial = gram.mul(muonB).add(gram.mul(muonC).matmul(gram));
      y = y.mul(muonA).add(polynomial.matmul(y));
    }
    return tall ? y.transpose() : y;
  }

  #adamStep(gradient: Tensor, variable: Variable, rate: Tensor, velocitySlot: Variable): void {
    const { adamBeta1, adamBeta2, epsilon } = this.own;
    const step = this.localStep(variable.dtype);
    const corrected = (beta: number): Tensor => ops.subtract(1, ops.power(beta, step));
    const alpha = rate.mul(ops.sqrt(corrected(adamBeta2))).div(corrected(adamBeta1));
    const momentumSlot = this.#momentums.get(variable)!;
    const momentum = moveTowards(momentumSlot, gradient, 1 - adamBeta1);
    const velocity = moveTowards(velocitySlot, ops.square(gradient), 1 - adamBeta2);
    const change = momentum.mul(alpha).div(ops.sqrt(velocity).add(epsilon));
    variable.assign(variable.value.sub(change));
  }

  protected override decayWeights(variables: readonly Variable[], rate: Tensor): void {
    for (const variable of variables) {
      if (!this.decays(variable)) continue;
      const { adamWeightDecay } = this.own;
      const decay = this.usesAdam(variable) ? adamWeightDecay : this.settings.weightDecay;
      if (decay !== null) shrink(variable, decay, rate);
    }
  }

  override getConfig(): object {
    return { ...super.getConfig(), ...this.own };
  }
}

function moveTowards(slot: Variable, target: Tensor, fraction: number): Tensor {
  const next = slot.value.add(target.sub(slot.value).mul(fraction));
  slot.assign(next);
  return next;
}
