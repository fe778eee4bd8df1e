/** A callback made of functions. */
import { ArgumentError } from '@addax/core';
import { Callback } from './callback.ts';

/** Hooks that {@link LambdaCallback} takes. */
export type CallbackHooks = Partial<
  Pick<
    Callback,
    | 'onTrainBegin'
    | 'onTrainEnd'
    | 'onEpochBegin'
    | 'onEpochEnd'
    | 'onTrainBatchBegin'
    | 'onTrainBatchEnd'
    | 'onTestBegin'
    | 'onTestEnd'
    | 'onTestBatchBegin'
    | 'onTestBatchEnd'
    | 'onPredictBegin'
    | 'onPredictEnd'
    | 'onPredictBatchBegin'
    | 'onPredictBatchEnd'
  >
>;

/**
 * A callback made of functions.
 *
 * @example
 * new LambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs) });
 */
export class LambdaCallback extends Callback {
  static override readonly className: string = 'LambdaCallback';

  constructor(hooks: CallbackHooks) {
    super();
    for (const [name, hook] of Object.entries(hooks)) {
      if (!(name in Callback.prototype) || !name.startsWith('on')) {
        throw new ArgumentError(`LambdaCallback: there is no hook "${name}".`);
      }
      if (typeof hook !== 'function') {
        throw new ArgumentError(`LambdaCallback: ${name} must be a function.`);
      }
      Object.defineProperty(this, name, { value: hook, configurable: true, writable: true });
    }
  }
}
