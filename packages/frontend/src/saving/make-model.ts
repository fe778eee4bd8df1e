/** Models from configurations: made, built, compiled. */
import { FormatError, isRecord, UnsupportedError } from '@addax/core';
import type { ShapeStruct } from '../layers/types.ts';
import { Model } from '../models/model.ts';
import { Sequential } from '../models/sequential.ts';
import { deserialize } from './deserialize.ts';
import type { LoadOptions } from './load-options.ts';
import { parseJson } from './parse-json.ts';
import { readCompileConfig } from './read-compile-config.ts';
import { asFormatErrors } from './reading-errors.ts';
import { upgradeConfig, writerOf } from './upgrade.ts';

/** The model of a configuration. */
export function makeModel(config: unknown, { customObjects }: LoadOptions): Model {
  const model = deserialize(config, { customObjects });
  if (model instanceof Model) return model;
  throw new FormatError('the configuration describes no model.');
}

/** Subclassed models make their weights for the shape they were built with. */
export function buildModel(model: Model, config: unknown): void {
  if (model.built || !isRecord(config)) return;
  const { build_config: build } = config;
  const shape = isRecord(build) ? build['input_shape'] : undefined;
  if (shape === undefined || shape === null) return;
  asFormatErrors('the shape in build_config', hasUserCode(model), () => {
    model.build(shape as ShapeStruct);
  });
}

function hasUserCode(model: Model): () => boolean {
  return () => model.constructor !== Sequential && model.constructor !== Model;
}

/** Compiles a model as it was, with the state of the optimizer ready to be set. */
export function compileModel(model: Model, config: unknown, options: LoadOptions): void {
  if (options.compile === false) return;
  const { customObjects } = options;
  let compile;
  try {
    compile = readCompileConfig(config, (value) => deserialize(value, { customObjects }));
  } catch (error) {
    if (error instanceof UnsupportedError) {
      throw new UnsupportedError(
        `${error.message} (Or load the model without what it was compiled with: compile: false.)`,
      );
    }
    throw error;
  }
  if (compile === undefined) return;
  const given = compile;
  asFormatErrors('the compile configuration', hasUserCode(model), () => {
    model.compile(given);
    const trained = model.trainableVariables;
    if (model.built && trained.length > 0) model.optimizer.build(trained);
  });
}

/**
 * A model from the JSON of its configuration (Python's `model.to_json()`), with new weights.
 *
 * @example
 * const model = modelFromJson(text);
 * await model.loadWeights('model.weights.h5');
 */
export function modelFromJson(
  text: string,
  options: Pick<LoadOptions, 'customObjects'> = {},
): Model {
  const json = parseJson('the text', text);
  const config = upgradeConfig(json, writerOf(isRecord(json) ? json['keras_version'] : undefined));
  const model = makeModel(config, options);
  buildModel(model, config);
  return model;
}
