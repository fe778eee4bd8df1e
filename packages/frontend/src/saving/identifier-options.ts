/** Options of built-in classes whose text is an identifier: camelCase here, snake_case in files. */
export const IDENTIFIER_OPTIONS: ReadonlySet<string> = new Set([
  'activation',
  'recurrentActivation',
  'dataFormat',
  'interpolation',
  'mergeMode',
  'outputMode',
  'scoreMode',
]);
