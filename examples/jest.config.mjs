import { preset } from '../tools/jest-preset.mjs';

export default preset('examples', {
  testMatch: ['<rootDir>/*.test.ts'],
  // Examples run as users run them.
  setupFiles: [],
});
