/**
 * Callable objects: layers, models and losses are instances of classes *and* functions, so that
 * `layers.dense({ units: 10 })(x)` reads as it does in Keras. The constructor returns an arrow
 * function whose prototype is the class's, and fields (private ones too) are installed on that function.
 * Nothing of `Function.prototype` is left; the function's own `name` and `length` are removed, because
 * layers have a `name` of their own. What is left of its nature: `typeof layer === 'function'`, so
 * code that takes "a function or a layer" must test `instanceof Layer` first.
 */
import { inspectSymbol } from '@addax/core';

/** Base of objects that can be called; a call runs {@link Callable.invoke}. */
export abstract class Callable {
  constructor() {
    const self = ((...args: never[]) => self.invoke(...args)) as unknown as this;
    Reflect.deleteProperty(self, 'name');
    Reflect.deleteProperty(self, 'length');
    Object.setPrototypeOf(self, new.target.prototype);
    return self;
  }

  /** What a call does. */
  abstract invoke(...args: never[]): unknown;

  /** What `JSON.stringify` writes: without it functions vanish. */
  abstract toJSON(): unknown;

  /** How it reads in messages. */
  abstract toString(): string;

  // What `console.log` shows in Node.
  static {
    Object.defineProperty(Callable.prototype, inspectSymbol, {
      value(this: Callable): string {
        return this.toString();
      },
    });
  }
}
