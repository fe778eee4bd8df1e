/** `--import` this before an example: it then runs on a slow, asynchronous backend. */
import cpu from '@addax/backend-cpu';
import { PendingBackend } from '@addax/core';
import { useBackend } from '@addax/frontend';
import { slowModule } from '@addax/conformance';

const slow = slowModule(cpu);
useBackend(new PendingBackend('slow', () => slow.create()));
