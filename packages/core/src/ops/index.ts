/** The Keras-named ops: one flat namespace, as `keras.ops`. */
export * from './numpy/arithmetic.ts';
export * from './numpy/shape.ts';
export * from './numpy/shape-rearrange.ts';
export * from './numpy/manipulation.ts';
export * from './numpy/manipulation-join.ts';
export * from './numpy/manipulation-diagonal.ts';
