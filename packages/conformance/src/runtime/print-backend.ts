/** Prints the backend and floatx that a process with this environment chooses. */
import { config, getBackend, tensor } from '@addax/frontend';

await tensor(1).item();
console.log(getBackend().name, config.floatx());
