/** Which layers are models: asked without importing the class, which would close a circle. */
const trainers = new WeakSet<object>();

/** Notes that a layer can be trained by itself. */
export function registerTrainer(trainer: object): void {
  trainers.add(trainer);
}

/** Whether a layer can be trained by itself. */
export function isTrainer(layer: object): boolean {
  return trainers.has(layer);
}
