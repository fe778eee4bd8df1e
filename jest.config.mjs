/** The whole suite in one process: every project, then the totals as one line. */
export default {
  projects: [
    '<rootDir>/packages/*/jest.config.mjs',
    '<rootDir>/examples/jest.config.mjs',
    '<rootDir>/benchmarks/jest.config.mjs',
    '<rootDir>/browser-tests/jest.config.mjs',
    '<rootDir>/tools/jest.config.mjs',
  ],
  // A test that hangs must end; how fast one runs is no test's business, least of all on a busy machine.
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/tools/jest-totals.mjs'],
};
