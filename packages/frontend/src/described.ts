/** Callable objects that their constructor options describe: losses, regularizers, constraints. */
import { Callable } from './callable.ts';
import { classNameOf, type NamedClass } from './utils/class-name.ts';

/** A callable whose `getConfig()` gives its constructor options. */
export abstract class Described extends Callable {
  /** Constructor options: `new X(x.getConfig())` is the same again. */
  getConfig(): object {
    return {};
  }

  override toJSON(): unknown {
    const className = classNameOf(this.constructor as unknown as NamedClass);
    return { className, config: this.getConfig() };
  }

  override toString(): string {
    const className = classNameOf(this.constructor as unknown as NamedClass);
    return `${className}(${JSON.stringify(this.getConfig())})`;
  }
}
