/**
 * The op table as functions, for layers and optimizers: primitives and composites as they are, without
 * promotion or broadcasting. One entry for both, since each file that is imported costs time.
 */
export * from './composites/index.ts';
export * from './primitives/functions.ts';
