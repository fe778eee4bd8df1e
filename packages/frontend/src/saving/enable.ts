/** Lets models of programs made of the small entries save and load. */
import { openFiles } from '../models/files.ts';

/**
 * Brings in what `model.save`, `model.saveWeights` and `model.loadWeights` need. Programs that import
 * `@addax/frontend` have it already.
 *
 * @example
 * import { Sequential } from '@addax/frontend/models';
 * import { enableSaving } from '@addax/frontend/files';
 * enableSaving();
 */
export function enableSaving(): void {
  openFiles(() => import('./files.ts'));
}
