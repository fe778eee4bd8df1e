/** The Keras-named ops: one flat namespace, as `keras.ops`. */
export * from './numpy/arithmetic.ts';
