// Prints the package.json that jsii compiles by: ours, with what it needs to know.
const { readFileSync } = require('node:fs');

const ours = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { name, version, description, keywords, license, author, engines, peerDependencies, devDependencies } = ours;
// jsii wants an address, and the release workflow knows it.
const repository = { type: 'git', url: process.env.REPOSITORY ?? 'https://example.com/cdk-stagecraft.git' };
const jsii = {
  outdir: 'dist',
  versionFormat: 'full',
  tsc: { outDir: '.', rootDir: '.' },
  targets: {
    python: { distName: 'cdk-stagecraft', module: 'cdk_stagecraft' },
    java: { package: 'io.github.cdkstagecraft', maven: { groupId: 'io.github.cdkstagecraft', artifactId: 'cdk-stagecraft' } },
    dotnet: { namespace: 'CdkStagecraft', packageId: 'CdkStagecraft' },
    go: { moduleName: 'github.com/cdk-stagecraft/cdk-stagecraft-go' },
  },
};
const only = (names) => Object.fromEntries(names.map((one) => [one, devDependencies[one]]));
process.stdout.write(
  JSON.stringify({
    ...{ name, version, description, keywords, license, author, engines, repository, peerDependencies, jsii },
    ...{ main: 'stages/index.js', types: 'stages/index.d.ts', stability: 'experimental' },
    exports: {
      '.': { types: './stages/index.d.ts', default: './stages/index.js' },
      './package.json': './package.json',
      './.jsii': './.jsii',
    },
    devDependencies: only(['aws-cdk-lib', 'constructs']),
    files: [
      'lib',
      'stages',
      'workload/bundle',
      'workload/database-users/bundle',
      '.jsii',
      'NOTICE',
      'CHANGELOG.md',
      '!lib/**/*.ts',
      '!stages/**/*.ts',
      'lib/**/*.d.ts',
      'stages/**/*.d.ts',
    ],
  }),
);
