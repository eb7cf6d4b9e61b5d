module.exports = {
  testEnvironment: 'node',
  // The suites with servers mostly wait, so two at a time also on two cores.
  maxWorkers: 2,
  // What test files share grows; a worker that holds more is replaced by a new one.
  workerIdleMemoryLimit: '1.5GB',
  // For a machine that is busy with other things: no test is about time.
  testTimeout: 600_000,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  runtime: '<rootDir>/test/support/runtime.js',
  globalSetup: '<rootDir>/test/support/global-setup.js',
  setupFiles: ['<rootDir>/test/support/setup.js'],
  reporters: ['default', '<rootDir>/test/support/skips.js'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/'],
};
