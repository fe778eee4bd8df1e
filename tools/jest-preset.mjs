import { fileURLToPath } from 'node:url';

/**
 * Shared Jest settings: ESM, TypeScript through swc, workspace packages read
 * from source through the `@addax/source` export condition.
 *
 * @param {string} displayName
 * @param {import('jest').Config} [extra]
 * @returns {import('jest').Config}
 */
export function preset(displayName, extra = {}) {
  return {
    displayName,
    testEnvironment: fileURLToPath(new URL('./jest-environment.mjs', import.meta.url)),
    testEnvironmentOptions: {
      customExportConditions: ['@addax/source', 'node', 'node-addons'],
    },
    testMatch: ['<rootDir>/src/**/*.test.ts'],
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        {
          swcrc: false,
          jsc: {
            target: 'es2022',
            parser: { syntax: 'typescript' },
            experimental: { keepImportAttributes: true },
          },
          module: { type: 'es6' },
          sourceMaps: 'inline',
        },
      ],
    },
    // Tests compare with the reference, bit for bit; the tests of the other dialect ask for it.
    setupFiles: [fileURLToPath(new URL('./jest-dialect.mjs', import.meta.url))],
    restoreMocks: true,
    ...extra,
  };
}
