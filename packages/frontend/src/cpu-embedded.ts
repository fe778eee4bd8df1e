/** The default backend where modules cannot be loaded at once when they are needed: bundles, pages. */
export { cpu } from '@addax/backend-cpu';
