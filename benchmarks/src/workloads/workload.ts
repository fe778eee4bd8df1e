/** What the two sides have in common. */

/** The workloads of the comparison with TensorFlow.js. */
export type WorkloadName = 'matmul' | 'conv2d' | 'chain' | 'mlp' | 'lenet' | 'toy';

/** One repetition. */
export type Workload = () => Promise<void>;
